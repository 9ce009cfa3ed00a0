package org.lexicographer.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.DivergencePolicy;
import org.lexicographer.pipeline.run.EarlyStopPolicy;
import org.lexicographer.trainer.recipe.StepReport;

class LossWatchTest {

    /** Above 4 times the first loss for 30 steps: 3 reports. */
    private static final DivergencePolicy DIVERGENCE = new DivergencePolicy(4, 30);

    /** Windows of 2 reports, of which 2 in a row may bring no improvement of a tenth. */
    private static final EarlyStopPolicy EARLY_STOP = new EarlyStopPolicy(20, 2, 0.1, List.of());

    private LossWatch watch = new LossWatch(DIVERGENCE, Optional.empty());
    private long steps = 1;

    private void earlyStop() {
        watch = new LossWatch(DIVERGENCE, Optional.of(EARLY_STOP));
    }

    private void report(double loss, double sparsity, double l0, double meanSquaredNorm) {
        watch.reported(steps, new StepReport(steps - 1, loss, sparsity, l0, 0, 0), meanSquaredNorm);
        steps = steps == 1 ? 10 : steps + 10;
    }

    private void reports(double... losses) {
        for (double loss : losses) {
            report(loss, 1, 5, 1);
        }
    }

    private Stop stop() {
        return watch.stop().orElseThrow();
    }

    @Test
    void theFirstStepAndEveryTenthAreReported() {
        assertThat(LongStream.range(0, 31).filter(LossWatch::isDue))
                .containsExactly(0L, 9L, 19L, 29L);
    }

    @Test
    void aLossThatIsNotANumberStopsAtOnce() {
        reports(1, 0.5, Double.NaN);

        assertThat(stop().text())
                .isEqualTo(
                        "diverged at step 20: loss not finite:"
                                + " reconstruction=NaN, sparsity=1.0, meanSquaredNorm=1.0");
        assertThat(stop().isDivergence()).isTrue();
        assertThat(stop().dictionaryStep()).isZero();
    }

    @Test
    void soDoesASparsityThatIsNotANumberInTheFirstReport() {
        report(1, Double.POSITIVE_INFINITY, 5, 1);

        assertThat(stop().why().step()).isEqualTo(1);
    }

    @Test
    void aLossAboveTheLimitStopsAfterSoManyStepsInARow() {
        reports(1, 0.5, 4.5, 4.5, 4, 4.5, 4.5);
        assertThat(watch.stop()).isEmpty();

        reports(4.25);
        assertThat(stop().text())
                .isEqualTo(
                        "diverged at step 70: loss exploded:"
                                + " relativeLoss=4.25, limit=4.0, steps=30");
    }

    @Test
    void aBatchOfLargeActivationsIsNoExplosion() {
        reports(1);
        for (int i = 0; i < 5; i++) {
            report(50, 1, 5, 100);
        }

        assertThat(watch.stop()).isEmpty();
    }

    @Test
    void whatWasSavedCountsOnceALaterReportIsSound() {
        reports(1);
        watch.saved(3, Optional.empty());
        reports(0.5);
        watch.saved(12, Optional.empty());
        reports(Double.NaN);

        // The dictionary of step 12 may have been bad already.
        assertThat(stop().dictionaryStep()).isEqualTo(3);
    }

    @Test
    void whatWasSavedBesideALossAboveTheLimitDoesNotCount() {
        reports(1);
        watch.saved(3, Optional.empty());
        reports(0.5, 5);
        watch.saved(24, Optional.empty());
        reports(5, 5);

        assertThat(stop().dictionaryStep()).isEqualTo(3);
    }

    @Test
    void weightsThatAreNotNumbersAreNotSaved() {
        reports(1);
        watch.saved(3, Optional.empty());
        reports(0.5);
        watch.saved(12, Optional.of("weight not finite: name=W_dec"));

        assertThat(stop().text()).isEqualTo("diverged at step 12: weight not finite: name=W_dec");
        assertThat(stop().dictionaryStep()).isEqualTo(3);
    }

    @Test
    void stopsAfterSoManyWindowsWithoutImprovement() {
        earlyStop();
        reports(1, 0.75, 0.25); // the first window: 0.5
        reports(0.5, 0.25); // 0.375, better
        reports(0.375, 0.34375); // 0.359375, better by less than a tenth
        assertThat(watch.stop()).isEmpty();

        reports(0.375, 0.375);
        assertThat(stop().why().reason()).isEqualTo(Reason.EARLY_STOP);
        assertThat(stop().text())
                .isEqualTo(
                        "earlyStop at step 80: no improvement: windows=2,"
                                + " relativeLoss=0.375, best=0.375, l0=5.0, best=5.0");
        assertThat(stop().dictionaryStep()).isEqualTo(80);
    }

    @Test
    void fewerActiveLatentsAreAnImprovementToo() {
        earlyStop();
        reports(1);
        for (int window = 0; window < 6; window++) {
            report(0.5, 1, 64 >> window, 1);
            report(0.5, 1, 64 >> window, 1);
        }

        assertThat(watch.stop()).isEmpty();
    }

    @Test
    void slowImprovementsAddUp() {
        earlyStop();
        reports(1, 0.5, 0.5, 0.46875, 0.46875, 0.4375, 0.4375); // 0.5, then 6 %, then 12 % less
        reports(0.4375, 0.4375);

        assertThat(watch.stop()).isEmpty();
    }

    @Test
    void decidesTheSameWhenItsStateWasSavedAsJsonInBetween() {
        earlyStop();
        double[] losses = {1, 0.7, 0.3, 0.1, 0.31, 5, 5, 0.3, 0.29, 0.3, 0.29, 0.3};
        for (double loss : losses) {
            LossWatch restored = new LossWatch(DIVERGENCE, Optional.of(EARLY_STOP));
            restored.restore(Json.read(Json.write(watch.state()), WatchState.class));
            watch.saved(steps, Optional.empty());
            restored.saved(steps, Optional.empty());
            StepReport report = new StepReport(steps, loss, 0, 1.0 / 3, 0, 0);
            watch.reported(steps, report, 3);
            restored.reported(steps, report, 3);
            steps += 10;

            assertThat(restored.state()).isEqualTo(watch.state());
        }
        assertThat(watch.stop()).isPresent();
    }
}
