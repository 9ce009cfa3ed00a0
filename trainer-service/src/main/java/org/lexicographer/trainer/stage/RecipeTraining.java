package org.lexicographer.trainer.stage;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.Recipe;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.stage.SiteColumns.Column;
import org.lexicographer.trainer.watch.LossWatch;
import org.lexicographer.trainer.watch.Stop;
import org.lexicographer.trainer.watch.WatchState;

/**
 * One dictionary of a stage: takes the stage's batches until it is stopped, and from then on stays
 * as it is, whatever becomes of its neighbours. One that has diverged gives up its memory.
 */
final class RecipeTraining implements AutoCloseable {

    private final RecipeSpec spec;
    private final LossWatch watch;
    private final Supplier<Recipe> start;
    private Optional<Recipe> recipe;
    private Optional<StepReport> lastReport = Optional.empty();

    /**
     * Starts from the recipe's seed.
     *
     * @param start creates the recipe as it is before its first step
     */
    RecipeTraining(RecipeSpec spec, LossWatch watch, Supplier<Recipe> start) {
        this.spec = spec;
        this.watch = watch;
        this.start = start;
        this.recipe = Optional.of(start.get());
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

    /** Returns what the last reported step saw; losses that are no numbers are not reported. */
    Optional<StepReport> lastReport() {
        return lastReport;
    }

    /** Takes the step behind so many others, unless it has stopped. */
    void step(long stepsBefore, Column inputs, Column targets) {
        if (!isRunning()) {
            return;
        }
        Recipe training = recipe.orElseThrow();
        if (!LossWatch.isDue(stepsBefore)) {
            training.step(inputs.rows(), targets.rows());
            return;
        }
        StepReport report = training.stepAndReport(inputs.rows(), targets.rows());
        watch.reported(stepsBefore + 1, report, targets.meanSquaredNorm());
        if (report.finite()) {
            lastReport = Optional.of(report);
        }
    }

    /**
     * Ends a step: weights that may become final are looked at.
     *
     * @param steps the steps taken
     * @param checkpoint whether the run's schedule has a checkpoint here, or ends
     */
    void endStep(long steps, boolean checkpoint, NDManager manager) {
        boolean stoppedHere = stop().filter(stop -> stop.why().step() == steps).isPresent();
        if (isRunning() ? checkpoint : stoppedHere && !hasDiverged()) {
            watch.saved(steps, isFinite(manager));
        }
        releaseIfDiverged();
    }

    private boolean hasDiverged() {
        return stop().filter(Stop::isDivergence).isPresent();
    }

    private boolean isFinite(NDManager manager) {
        try (NDManager scope = manager.newSubManager();
                Dictionary dictionary = recipe.orElseThrow().dictionary(scope)) {
            return DictionaryWeights.of(dictionary).values().stream().allMatch(Weight::isFinite);
        }
    }

    private void releaseIfDiverged() {
        if (hasDiverged()) {
            recipe.ifPresent(Recipe::close);
            recipe = Optional.empty();
        }
    }

    /**
     * Returns the dictionary for activations scaled like the batches, as it is now or when it was
     * stopped. Empty where the last sound one is that of a checkpoint: it has been saved then.
     */
    Optional<Dictionary> dictionary(NDManager owner) {
        if (recipe.isPresent()) {
            return Optional.of(recipe.get().dictionary(owner));
        }
        if (stop().orElseThrow().dictionaryStep() > 0) {
            return Optional.empty();
        }
        try (Recipe initial = start.get()) {
            return Optional.of(initial.dictionary(owner));
        }
    }

    void save(SafetensorsWriter states) {
        recipe.ifPresent(training -> training.save(states, prefix()));
    }

    void restore(TensorSource states, WatchState watched) {
        watch.restore(watched);
        releaseIfDiverged();
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
