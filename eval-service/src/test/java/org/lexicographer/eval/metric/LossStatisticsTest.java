package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lexicographer.eval.metric.MetricDefinition.FRAC_RECOVERED;
import static org.lexicographer.eval.metric.MetricDefinition.KL_DIVERGENCE;
import static org.lexicographer.eval.metric.MetricDefinition.KL_DIVERGENCE_SCORE;
import static org.lexicographer.eval.metric.MetricDefinition.KL_DIVERGENCE_ZERO;
import static org.lexicographer.eval.metric.MetricDefinition.LOSS_ORIGINAL;
import static org.lexicographer.eval.metric.MetricDefinition.LOSS_RECONSTRUCTED;
import static org.lexicographer.eval.metric.MetricDefinition.LOSS_RECOVERED;
import static org.lexicographer.eval.metric.MetricDefinition.LOSS_ZERO;

import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.Divergence;
import org.lexicographer.languagemodel.NextTokenLoss;
import org.lexicographer.languagemodel.ReplacedLoss;

class LossStatisticsTest {

    /** Float64 rounding of a handful of operations. */
    private static final double ROUNDING = 1e-12;

    private final LossStatistics statistics = new LossStatistics();

    private void add(double original, double reconstructed, double zero, long predictions) {
        statistics.add(
                new NextTokenLoss(original, predictions),
                replaced(new NextTokenLoss(reconstructed, predictions), 0),
                replaced(new NextTokenLoss(zero, predictions), 1));
    }

    /** Returns what is said at one position more than there are predictions. */
    private static ReplacedLoss replaced(NextTokenLoss loss, double divergence) {
        return new ReplacedLoss(loss, new Divergence(divergence, loss.predictions() + 1));
    }

    private double figure(MetricDefinition definition) {
        return Figures.value(statistics::report, definition);
    }

    @Test
    void poolsPredictionsAndKeepsTheMeanOfRatiosApart() {
        // Given: one batch of 10 predictions that recovers 3/4, one of 30 that recovers 1/2
        add(10, 15, 30, 10);

        // When
        add(30, 60, 90, 30);

        // Then
        assertThat(figure(LOSS_ORIGINAL)).isCloseTo(1.0, within(ROUNDING));
        assertThat(figure(LOSS_RECONSTRUCTED)).isCloseTo(75.0 / 40, within(ROUNDING));
        assertThat(figure(LOSS_ZERO)).isCloseTo(3.0, within(ROUNDING));
        assertThat(figure(LOSS_RECOVERED)).isCloseTo(45.0 / 80, within(ROUNDING));
        assertThat(figure(FRAC_RECOVERED)).isCloseTo((0.75 + 0.5) / 2, within(ROUNDING));
    }

    @Test
    void isExactAtBothEnds() {
        // Given
        LossStatistics worst = new LossStatistics();
        NextTokenLoss original = new NextTokenLoss(0.1, 7);
        NextTokenLoss zero = new NextTokenLoss(0.3, 7);

        // When
        statistics.add(original, replaced(original, 0), replaced(zero, 2));
        worst.add(original, replaced(zero, 2), replaced(zero, 2));

        // Then
        assertThat(figure(LOSS_RECOVERED)).isEqualTo(1.0);
        assertThat(Figures.value(worst::report, LOSS_RECOVERED)).isEqualTo(0.0);
        assertThat(figure(KL_DIVERGENCE_SCORE)).isEqualTo(1.0);
        assertThat(Figures.value(worst::report, KL_DIVERGENCE_SCORE)).isEqualTo(0.0);
    }

    @Test
    void divergencesAreMeansOverAllPositions() {
        // Given: batches of 3 and 1 positions
        NextTokenLoss any = new NextTokenLoss(1, 2);
        statistics.add(any, new ReplacedLoss(any, new Divergence(3, 3)), zeroed(6, 3));

        // When
        statistics.add(any, new ReplacedLoss(any, new Divergence(0, 1)), zeroed(6, 1));

        // Then
        assertThat(figure(KL_DIVERGENCE)).isCloseTo(0.75, within(ROUNDING));
        assertThat(figure(KL_DIVERGENCE_ZERO)).isCloseTo(3.0, within(ROUNDING));
        assertThat(figure(KL_DIVERGENCE_SCORE)).isCloseTo(0.75, within(ROUNDING));
    }

    private static ReplacedLoss zeroed(double divergence, long positions) {
        return new ReplacedLoss(new NextTokenLoss(1, 2), new Divergence(divergence, positions));
    }

    @Test
    void nothingToRecoverMeansNoShare() {
        // Given
        add(2, 2, 2, 5);

        // When
        var recovered = Figures.of(statistics::report, LOSS_RECOVERED);

        // Then
        assertThat(recovered).isEmpty();
        assertThat(figure(LOSS_ZERO)).isCloseTo(0.4, within(ROUNDING));
    }

    @Test
    void nothingIsNeverNegative() {
        // Given: zeroing the site improves the loss
        add(3, 2, 2, 1);

        // When
        double recovered = figure(LOSS_RECOVERED);

        // Then
        assertThat(Double.toString(recovered)).isEqualTo("0.0");
    }
}
