package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lexicographer.eval.metric.MetricDefinition.COSINE_SIMILARITY;
import static org.lexicographer.eval.metric.MetricDefinition.ERROR_NORM;
import static org.lexicographer.eval.metric.MetricDefinition.EXPLAINED_VARIANCE_LEGACY;
import static org.lexicographer.eval.metric.MetricDefinition.FRACTION_OF_VARIANCE_UNEXPLAINED;
import static org.lexicographer.eval.metric.MetricDefinition.FRAC_VARIANCE_EXPLAINED;
import static org.lexicographer.eval.metric.MetricDefinition.L2_RATIO;
import static org.lexicographer.eval.metric.MetricDefinition.MSE;
import static org.lexicographer.eval.metric.MetricDefinition.RELATIVE_RECONSTRUCTION_BIAS;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconstructionStatisticsTest {

    /** Float64 rounding of a handful of operations. */
    private static final double ROUNDING = 1e-12;

    private final NDManager manager = NDManager.newBaseManager();
    private final ReconstructionStatistics statistics = new ReconstructionStatistics(2);

    @AfterEach
    void release() {
        manager.close();
    }

    private void add(float[][] target, float[][] reconstruction) {
        NDArray rows = manager.create(target); // (N, 2)
        statistics.beginBatch(rows);
        statistics.add(rows, manager.create(reconstruction)); // (N, 2)
    }

    private double figure(MetricDefinition definition) {
        return Figures.value(statistics::report, definition);
    }

    @Test
    void measuresErrorsLengthsAndAngles() {
        // Given: lengths 3 and 5 become 1 and 4, errors (0, 2) and (3, 0)
        add(new float[][] {{0, 3}}, new float[][] {{0, 1}});

        // When
        add(new float[][] {{3, 4}}, new float[][] {{0, 4}});
        statistics.endBatch();

        // Then
        assertThat(figure(MSE)).isCloseTo((4.0 + 9.0) / 4, within(ROUNDING));
        assertThat(figure(ERROR_NORM)).isCloseTo((2.0 + 3.0) / 2, within(ROUNDING));
        assertThat(figure(COSINE_SIMILARITY)).isCloseTo((1 + 16.0 / 20) / 2, within(ROUNDING));
        assertThat(figure(L2_RATIO)).isCloseTo((1.0 / 3 + 4.0 / 5) / 2, within(ROUNDING));
        assertThat(figure(RELATIVE_RECONSTRUCTION_BIAS))
                .isCloseTo((1.0 + 16) / (3.0 + 16), within(ROUNDING));
    }

    @Test
    void aConstantErrorCostsVarianceButDictionaryLearningDoesNotSeeIt() {
        // Given: the mean is (1,1), the squared distances from it are 2 and 2
        add(new float[][] {{0, 0}, {2, 2}}, new float[][] {{3, 0}, {5, 2}});

        // When
        statistics.endBatch();

        // Then
        assertThat(figure(FRACTION_OF_VARIANCE_UNEXPLAINED)).isCloseTo(18.0 / 4, within(ROUNDING));
        assertThat(figure(FRAC_VARIANCE_EXPLAINED)).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void varianceIsAboutTheMeanOfAllBatches() {
        // Given
        add(new float[][] {{0, 0}}, new float[][] {{0, 1}});
        statistics.endBatch();

        // When
        add(new float[][] {{2, 0}}, new float[][] {{2, 1}});
        statistics.endBatch();

        // Then
        assertThat(figure(FRACTION_OF_VARIANCE_UNEXPLAINED)).isCloseTo(2.0 / 2, within(ROUNDING));
    }

    @Test
    void legacyExplainedVarianceIsAMeanOfRatiosAboutTheMeansOfBatches() {
        // Given: the first batch's mean is (1, 0); its tokens are 1 away, its errors 0 and 2
        add(new float[][] {{0, 0}, {2, 0}}, new float[][] {{0, 0}, {2, 2}});
        statistics.endBatch();

        // When: the second one's mean is (12, 0), and one of its tokens is the mean
        add(new float[][] {{10, 0}, {12, 0}, {14, 0}}, new float[][] {{9, 0}, {7, 7}, {14, 1}});
        statistics.endBatch();

        // Then
        assertThat(figure(EXPLAINED_VARIANCE_LEGACY))
                .isCloseTo(((1 - 0) + (1 - 4) + (1 - 0.25) + (1 - 0.25)) / 4, within(ROUNDING));
    }

    @Test
    void figuresWithoutADenominatorAreLeftOut() {
        // Given
        add(new float[][] {{0, 0}, {0, 0}}, new float[][] {{0, 0}, {0, 0}});

        // When
        statistics.endBatch();

        // Then
        assertThat(figure(MSE)).isZero();
        assertThat(Figures.of(statistics::report, FRACTION_OF_VARIANCE_UNEXPLAINED)).isEmpty();
        assertThat(Figures.of(statistics::report, EXPLAINED_VARIANCE_LEGACY)).isEmpty();
        assertThat(Figures.of(statistics::report, COSINE_SIMILARITY)).isEmpty();
        assertThat(Figures.of(statistics::report, L2_RATIO)).isEmpty();
        assertThat(Figures.of(statistics::report, RELATIVE_RECONSTRUCTION_BIAS)).isEmpty();
    }

    @Test
    void aReconstructionZeroIsLikeNothing() {
        // Given
        add(new float[][] {{3, 4}}, new float[][] {{0, 0}});

        // When
        statistics.endBatch();

        // Then
        assertThat(figure(COSINE_SIMILARITY)).isZero();
        assertThat(figure(L2_RATIO)).isZero();
    }
}
