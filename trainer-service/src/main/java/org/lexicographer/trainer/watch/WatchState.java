package org.lexicographer.trainer.watch;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What is known of a dictionary's losses; part of every checkpoint, so that a restored job stops a
 * dictionary at the very step at which one that was never interrupted does.
 *
 * @param firstLoss the relative loss of the first report, which later ones are compared to
 * @param reportsAbove how many reports in a row lay above the limit of an explosion
 * @param savedStep the steps of the last dictionary that was saved and may be sound
 * @param soundStep the steps of the last one that a later report found sound; 0 before
 * @param window the reports since the last window ended
 * @param best the windows before it
 * @param stop why and where training has stopped
 */
public record WatchState(
        Optional<Double> firstLoss,
        long reportsAbove,
        long savedStep,
        long soundStep,
        Window window,
        Best best,
        Optional<Stop> stop) {

    /** The state before the first report. */
    public static final WatchState START =
            new WatchState(
                    Optional.empty(),
                    0,
                    0,
                    0,
                    Window.EMPTY,
                    new Best(Optional.empty(), Optional.empty(), 0),
                    Optional.empty());

    public WatchState {
        requireNonNull(firstLoss, "firstLoss is null");
        requireNonNull(window, "window is null");
        requireNonNull(best, "best is null");
        requireNonNull(stop, "stop is null");
    }

    /**
     * Reports that are being averaged.
     *
     * @param reports their number
     * @param lossSum the sum of their relative losses
     * @param l0Sum the sum of their L0
     */
    public record Window(long reports, double lossSum, double l0Sum) {

        static final Window EMPTY = new Window(0, 0, 0);

        Window with(double loss, double l0) {
            return new Window(reports + 1, lossSum + loss, l0Sum + l0);
        }
    }

    /**
     * The best windows so far.
     *
     * @param loss the mean relative loss of the last window that improved on it
     * @param l0 the mean L0 of the last window that improved on it
     * @param stale how many windows in a row have improved on neither
     */
    public record Best(Optional<Double> loss, Optional<Double> l0, long stale) {

        public Best {
            requireNonNull(loss, "loss is null");
            requireNonNull(l0, "l0 is null");
        }

        Best after(double meanLoss, double meanL0, double minRelativeImprovement) {
            double factor = 1 - minRelativeImprovement;
            boolean better = loss.isEmpty() || meanLoss < factor * loss.get();
            boolean sparser = l0.isEmpty() || meanL0 < factor * l0.get();
            return new Best(
                    better ? Optional.of(meanLoss) : loss,
                    sparser ? Optional.of(meanL0) : l0,
                    better || sparser ? 0 : stale + 1);
        }
    }

    WatchState withFirstLoss(double loss) {
        return new WatchState(
                Optional.of(loss), reportsAbove, savedStep, soundStep, window, best, stop);
    }

    /** What was saved last is sound: the loss that came after it is. */
    WatchState confirmed() {
        return new WatchState(firstLoss, 0, savedStep, savedStep, window, best, stop);
    }

    /** What was saved last may be unsound already. */
    WatchState doubted() {
        return new WatchState(
                firstLoss, reportsAbove + 1, soundStep, soundStep, window, best, stop);
    }

    WatchState saved(long step) {
        return new WatchState(firstLoss, reportsAbove, step, soundStep, window, best, stop);
    }

    WatchState with(Window next, Best nextBest) {
        return new WatchState(firstLoss, reportsAbove, savedStep, soundStep, next, nextBest, stop);
    }

    WatchState stoppedBy(Stop cause) {
        return new WatchState(
                firstLoss, reportsAbove, savedStep, soundStep, window, best, Optional.of(cause));
    }
}
