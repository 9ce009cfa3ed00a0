package org.lexicographer.trainer.stage;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.recipe.NotFiniteException;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.stage.SiteColumns.Column;
import org.lexicographer.trainer.watch.LossWatch;
import org.lexicographer.trainer.watch.Stop;
import org.lexicographer.trainer.watch.WatchState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One dictionary of a stage: takes the stage's batches until it is stopped, and from then on stays
 * as it is, whatever becomes of its neighbours. One that has diverged or broken gives up its
 * memory.
 */
final class RecipeTraining implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecipeTraining.class);

    private final RecipeSpec spec;
    private final LossWatch watch;
    private Supplier<Recipe> start;
    private Optional<Recipe> recipe = Optional.empty();
    private Optional<CurvePoint> lastReport = Optional.empty();
    private TrainingCurve curve = TrainingCurve.EMPTY;

    /**
     * Starts from the recipe's seed.
     *
     * @param start creates the recipe as it is before its first step
     */
    RecipeTraining(RecipeSpec spec, LossWatch watch, Supplier<Recipe> start) {
        this.spec = spec;
        this.watch = watch;
        this.start = start;
        recipe = started();
    }

    private Optional<Recipe> started() {
        try {
            return Optional.of(start.get());
        } catch (RuntimeException e) {
            broken(0, e);
            return Optional.empty();
        }
    }

    /**
     * Says what the recipe starts from instead of its seed.
     *
     * @param other creates the recipe as it is before its first step
     */
    void startsFrom(Supplier<Recipe> other) {
        start = other;
    }

    /** Starts anew, unless it has stopped. */
    void startAgain() {
        if (isRunning()) {
            recipe.ifPresent(Recipe::close);
            recipe = Optional.empty();
            recipe = started();
        }
    }

    /** What a recipe throws is its own fault and comes back; what the machine lacks is not. */
    private void broken(long steps, RuntimeException e) {
        if (MachineFaults.isOne(e)) {
            throw e;
        }
        LOG.error("recipe broke: recipe={}, steps={}", spec.name(), steps, e);
        fail(steps, "recipe broke: recipe=%s, reason=%s".formatted(spec.name(), e));
    }

    /** Stops because training cannot continue; what was saved last stays. */
    void fail(long steps, String reason) {
        watch.failed(steps, reason);
        releaseIfFailed();
    }

    RecipeSpec spec() {
        return spec;
    }

    boolean isRunning() {
        return watch.stop().isEmpty();
    }

    Optional<Stop> stop() {
        return watch.stop();
    }

    WatchState watchState() {
        return watch.state();
    }

    /** Returns what the last reported step saw; losses that are not finite are not reported. */
    Optional<CurvePoint> lastReport() {
        return lastReport;
    }

    /** Returns what reported steps saw, a bounded number of them. */
    TrainingCurve curve() {
        return curve;
    }

    /** Takes the step after so many others, unless it has stopped. */
    void step(long stepsBefore, Column inputs, Column targets) {
        if (!isRunning()) {
            return;
        }
        try {
            step(recipe.orElseThrow(), stepsBefore, inputs, targets);
        } catch (NotFiniteException e) {
            watch.diverged(stepsBefore + 1, e.getMessage());
        } catch (RuntimeException e) {
            broken(stepsBefore, e);
        }
    }

    private void step(Recipe training, long stepsBefore, Column inputs, Column targets) {
        if (!LossWatch.isDue(stepsBefore)) {
            training.step(inputs.rows(), targets.rows());
            return;
        }
        StepReport report = training.stepAndReport(inputs.rows(), targets.rows());
        watch.reported(stepsBefore + 1, report, targets.meanSquaredNorm());
        if (report.finite()) {
            CurvePoint point = point(stepsBefore + 1, report, targets);
            lastReport = Optional.of(point);
            curve = curve.with(point);
        }
    }

    private CurvePoint point(long steps, StepReport report, Column targets) {
        return new CurvePoint(
                steps,
                LossWatch.relativeLoss(report, targets.meanSquaredNorm()),
                report.reconstructionLoss(),
                report.sparsityLoss(),
                report.l0(),
                report.deadLatents(),
                varianceExplained(report, targets),
                report.learningRate());
    }

    private Optional<Double> varianceExplained(StepReport report, Column targets) {
        int dim = Math.toIntExact(targets.rows().getShape().get(1));
        OptionalDouble factor = spec.squaredErrorFactor(dim);
        double variance = targets.variance();
        return factor.isPresent() && variance > 0
                ? Optional.of(1 - factor.getAsDouble() * report.reconstructionLoss() / variance)
                : Optional.empty();
    }

    /**
     * Ends a step: weights that may become final are looked at.
     *
     * @param steps the steps taken
     * @param checkpoint whether the run's schedule has a checkpoint here, or ends
     */
    void endStep(long steps, boolean checkpoint) {
        boolean stoppedHere = stop().filter(stop -> stop.why().step() == steps).isPresent();
        if (isRunning() ? checkpoint : stoppedHere && !hasFailed()) {
            lookAtWeights(steps);
        }
        releaseIfFailed();
    }

    private boolean hasFailed() {
        return stop().filter(Stop::isFailure).isPresent();
    }

    private void lookAtWeights(long steps) {
        try {
            watch.saved(steps, notFinite(recipe.orElseThrow().weightsByName()));
        } catch (RuntimeException e) {
            broken(steps, e);
        }
    }

    private static Optional<String> notFinite(Map<String, Weight> weights) {
        return weights.entrySet().stream()
                .filter(weight -> !weight.getValue().isFinite())
                .map(weight -> notFinite(weight.getKey(), weight.getValue().values()))
                .findFirst();
    }

    private static String notFinite(String name, float[] values) {
        int index = 0;
        while (Float.isFinite(values[index])) {
            index++;
        }
        return "weight not finite: name=%s, index=%d, found=%s"
                .formatted(name, index, values[index]);
    }

    private void releaseIfFailed() {
        if (hasFailed()) {
            recipe.ifPresent(Recipe::close);
            recipe = Optional.empty();
        }
    }

    /**
     * Returns the dictionary for activations scaled like the batches, as it is now or when it was
     * stopped. Empty where the last sound one is that of a checkpoint, which has been saved then,
     * and where there is none.
     */
    Optional<Dictionary> dictionary(NDManager owner) {
        if (recipe.isPresent()) {
            return Optional.of(recipe.get().dictionary(owner));
        }
        Stop stopped = stop().orElseThrow();
        if (stopped.dictionaryStep() > 0 || !stopped.leavesDictionary()) {
            return Optional.empty();
        }
        try (Recipe initial = start.get()) {
            return Optional.of(initial.dictionary(owner));
        }
    }

    void save(SafetensorsWriter states) {
        recipe.ifPresent(training -> training.save(states, prefix()));
        CurveTensors.save(curve, states, prefix());
    }

    void restore(TensorSource states, WatchState watched) {
        watch.restore(watched);
        curve = CurveTensors.read(states, prefix());
        lastReport =
                curve.points().isEmpty() ? Optional.empty() : Optional.of(curve.points().getLast());
        releaseIfFailed();
        recipe.ifPresent(training -> training.restore(states, prefix()));
    }

    private String prefix() {
        return spec.name() + ".";
    }

    @Override
    public void close() {
        recipe.ifPresent(Recipe::close);
    }
}
