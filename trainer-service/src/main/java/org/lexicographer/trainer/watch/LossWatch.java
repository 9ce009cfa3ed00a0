package org.lexicographer.trainer.watch;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.run.DivergencePolicy;
import org.lexicographer.pipeline.run.EarlyStopPolicy;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.watch.WatchState.Best;
import org.lexicographer.trainer.watch.WatchState.Window;

/**
 * Watches one dictionary's losses and says when its training is to stop: because it has diverged or
 * because it no longer gets better. What it says is a function of the run spec and the reports.
 *
 * <p>A loss that is not finite stays so, and looking at every {@link #REPORT_STEPS}-th step finds
 * it; {@link #saved} keeps weights that are not finite from being saved.
 */
public final class LossWatch {

    /** Steps from one report to the next. */
    public static final int REPORT_STEPS = 10;

    private final DivergencePolicy divergence;
    private final Optional<EarlyStopPolicy> earlyStop;
    private WatchState state = WatchState.START;

    /** Starts watching; {@code earlyStop} is empty where training continues to the last step. */
    public LossWatch(DivergencePolicy divergence, Optional<EarlyStopPolicy> earlyStop) {
        this.divergence = requireNonNull(divergence, "divergence is null");
        this.earlyStop = requireNonNull(earlyStop, "earlyStop is null");
    }

    /** Tells whether the step after so many others is to be reported; the first one always is. */
    public static boolean isDue(long step) {
        return step == 0 || (step + 1) % REPORT_STEPS == 0;
    }

    /** Returns the state. */
    public WatchState state() {
        return state;
    }

    /** Takes over a state. */
    public void restore(WatchState saved) {
        state = saved;
    }

    /** Returns why and where training has stopped. */
    public Optional<Stop> stop() {
        return state.stop();
    }

    /**
     * Looks at a report.
     *
     * @param steps the steps taken, the reported one included
     * @param meanSquaredNorm the mean squared norm of the batch that was reconstructed
     */
    public void reported(long steps, StepReport report, double meanSquaredNorm) {
        if (!report.finite()) {
            diverged(
                    steps,
                    "loss not finite: reconstruction=%s, sparsity=%s, meanSquaredNorm=%s"
                            .formatted(
                                    report.reconstructionLoss(),
                                    report.sparsityLoss(),
                                    meanSquaredNorm));
            return;
        }
        double loss = relativeLoss(report, meanSquaredNorm);
        if (state.firstLoss().isEmpty()) {
            state = loss > 0 ? state.withFirstLoss(loss) : state;
            return;
        }
        watchForExplosion(steps, loss, divergence.lossMultiple() * state.firstLoss().get());
        if (stop().isEmpty()) {
            earlyStop.ifPresent(policy -> watchForStandstill(policy, steps, loss, report.l0()));
        }
    }

    /** Returns the reconstruction term over the mean squared norm of what was reconstructed. */
    public static double relativeLoss(StepReport report, double meanSquaredNorm) {
        return meanSquaredNorm > 0 ? report.reconstructionLoss() / meanSquaredNorm : 0;
    }

    private void watchForExplosion(long steps, double loss, double limit) {
        state = loss > limit ? state.doubted() : state.confirmed();
        if (state.reportsAbove() >= reports(divergence.steps())) {
            diverged(
                    steps,
                    "loss exploded: relativeLoss=%s, limit=%s, steps=%d"
                            .formatted(loss, limit, divergence.steps()));
        }
    }

    private void watchForStandstill(EarlyStopPolicy policy, long steps, double loss, double l0) {
        Window window = state.window().with(loss, l0);
        if (window.reports() < reports(policy.window())) {
            state = state.with(window, state.best());
            return;
        }
        double meanLoss = window.lossSum() / window.reports();
        double meanL0 = window.l0Sum() / window.reports();
        Best best = state.best().after(meanLoss, meanL0, policy.minRelativeImprovement());
        state = state.with(Window.EMPTY, best);
        if (best.stale() >= policy.patience()) {
            String message =
                    "no improvement: windows=%d, relativeLoss=%s, best=%s, l0=%s, best=%s"
                            .formatted(
                                    best.stale(),
                                    meanLoss,
                                    best.loss().orElseThrow(),
                                    meanL0,
                                    best.l0().orElseThrow());
            state = state.stoppedBy(Stop.early(steps, message));
        }
    }

    private static long reports(int steps) {
        return Math.ceilDiv(steps, REPORT_STEPS);
    }

    /**
     * Looks at a dictionary that is saved, or is the last one. Whether its loss is sound shows at a
     * later report; until then, the one before it is what a divergence goes back to.
     *
     * @param steps the steps taken
     * @param notFinite names a weight that is not finite; empty when all of them are
     */
    public void saved(long steps, Optional<String> notFinite) {
        if (notFinite.isEmpty()) {
            state = state.saved(steps);
        } else {
            diverged(steps, notFinite.get());
        }
    }

    /** Stops because a number of the training itself is not finite. */
    public void diverged(long steps, String message) {
        state = state.stoppedBy(Stop.diverged(steps, state.soundStep(), message));
    }

    /**
     * Stops because training cannot continue, unless it has stopped before. What was saved last
     * stays.
     *
     * @param steps the steps taken
     * @param message what was expected and what was found
     */
    public void failed(long steps, String message) {
        if (stop().isEmpty()) {
            state = state.stoppedBy(Stop.failed(steps, state.savedStep(), message));
        }
    }
}
