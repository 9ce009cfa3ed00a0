package org.lexicographer.trainer.stage;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Initialization;
import org.lexicographer.pipeline.run.EarlyStopPolicy;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.TrainingSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.initial.InitialDictionaries;
import org.lexicographer.trainer.stage.SiteColumns.Column;
import org.lexicographer.trainer.stream.JobSites;
import org.lexicographer.trainer.watch.LossWatch;
import org.lexicographer.trainer.watch.Stop;
import org.lexicographer.trainer.watch.WatchState;

/** The dictionaries of a stage, which all take the same batches. */
final class RecipeTrainings implements AutoCloseable {

    private final TrainingSpec training;
    private final List<RecipeSpec> specs;
    private final JobSites sites;
    private final NDManager manager;
    private final InitialDictionaries dictionaries;
    private final Map<String, RecipeTraining> trainings = new LinkedHashMap<>();
    private List<Integer> dims = List.of();
    private Map<String, WatchState> beforeTheEnd = Map.of();
    private long step;

    /**
     * Creates none yet.
     *
     * @param manager the arrays of all dictionaries belong to managers below it
     * @param dictionaries what some may start from
     */
    RecipeTrainings(
            RunSpec spec, JobSites sites, NDManager manager, InitialDictionaries dictionaries) {
        this.training = spec.training();
        this.specs = spec.recipesAt(sites.own());
        this.sites = sites;
        this.manager = manager;
        this.dictionaries = dictionaries;
    }

    /**
     * Starts all dictionaries from their seeds.
     *
     * @param dims the width of each site's activations, D
     */
    void open(List<Integer> dims) {
        this.dims = List.copyOf(dims);
        specs.forEach(spec -> trainings.put(spec.name(), started(spec)));
    }

    private RecipeTraining started(RecipeSpec spec) {
        int inputDim = dims.getFirst();
        int outputDim = dims.get(sites.target(spec));
        Optional<EarlyStopPolicy> earlyStop =
                training.earlyStop().filter(policy -> policy.appliesTo(spec.name()));
        return new RecipeTraining(
                spec,
                new LossWatch(training.divergence(), earlyStop),
                () -> Recipe.start(manager, spec, inputDim, outputDim, training.steps()));
    }

    /**
     * Starts those dictionaries anew that are to start from another one.
     *
     * @param scales what a recipe's activations are divided by; empty where they cannot be
     */
    void initialize(Function<RecipeSpec, Optional<Normalization>> scales) {
        initialized(scales).forEach(RecipeTraining::startAgain);
    }

    /** Says what those dictionaries have started from, and returns them. */
    List<RecipeTraining> initialized(Function<RecipeSpec, Optional<Normalization>> scales) {
        List<RecipeTraining> initialized = new ArrayList<>();
        for (RecipeTraining it : trainings.values()) {
            Optional<Initialization> from = it.spec().basics().initialize();
            Optional<Normalization> scale = from.flatMap(known -> scales.apply(it.spec()));
            if (scale.isPresent()) {
                DictionaryReference source = from.orElseThrow().dictionary();
                it.startsFrom(() -> started(it.spec(), source, scale.orElseThrow()));
                initialized.add(it);
            }
        }
        return initialized;
    }

    /** Scaling by the inverse makes a dictionary for raw activations one for the batches. */
    private Recipe started(RecipeSpec spec, DictionaryReference source, Normalization scale) {
        Normalization inverse = new Normalization(1 / scale.input(), 1 / scale.target());
        try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
            Dictionary raw = dictionaries.load(source, scope);
            checkWidths(spec, raw, source);
            return Recipe.start(manager, spec, raw.fold(inverse), training.steps());
        }
    }

    private void checkWidths(RecipeSpec spec, Dictionary raw, DictionaryReference source) {
        List<Integer> expected = List.of(dims.getFirst(), dims.get(sites.target(spec)));
        List<Integer> found = List.of(raw.inputDim(), raw.outputDim());
        if (!found.equals(expected)) {
            throw new DictionaryException(
                    "activation width mismatch: expected=%s, found=%s, dictionary=%s"
                            .formatted(expected, found, source));
        }
    }

    /** Stops the dictionaries that take the activations of the site at a place. */
    void fail(int place, String reason) {
        trainings.values().stream()
                .filter(it -> sites.isTakenBy(it.spec(), place))
                .forEach(it -> it.fail(step, reason));
    }

    /** Takes a step on a batch, which has a column for each site. */
    void step(List<Column> batch) {
        for (RecipeTraining it : trainings.values()) {
            it.step(step, batch.getFirst(), batch.get(sites.target(it.spec())));
        }
        step++;
    }

    /** Ends the step that was taken last. */
    void endStep() {
        if (isEndAlone()) {
            beforeTheEnd = watches();
        }
        endStep(isCheckpointStep() || step == training.steps());
    }

    /** Tells whether the last step taken is the run's, and is one to save because of that alone. */
    private boolean isEndAlone() {
        return step == training.steps() && !isCheckpointStep();
    }

    /** Ends the step that was taken last and turned out to be the last one there is. */
    void endLastStep() {
        endStep(true);
    }

    private void endStep(boolean checkpoint) {
        trainings.values().forEach(it -> it.endStep(step, checkpoint));
    }

    /** Tells whether there is nothing more to train. */
    boolean areComplete() {
        return step == training.steps() || areStopped();
    }

    /** Tells whether every dictionary was stopped. */
    boolean areStopped() {
        return !trainings.isEmpty()
                && trainings.values().stream().noneMatch(RecipeTraining::isRunning);
    }

    boolean isCheckpointStep() {
        return step > 0 && step % training.checkpointSteps() == 0;
    }

    long steps() {
        return step;
    }

    /** Returns what each dictionary's last reported step saw, by name. */
    Map<String, CurvePoint> reports() {
        return present(RecipeTraining::lastReport);
    }

    /** Returns what reported steps of each dictionary saw, by name. */
    Map<String, TrainingCurve> curves() {
        return present(it -> Optional.of(it.curve()));
    }

    /** Returns why and where dictionaries were stopped, by name. */
    Map<String, Stop> stops() {
        return present(RecipeTraining::stop);
    }

    private <T> Map<String, T> present(Function<RecipeTraining, Optional<T>> look) {
        Map<String, T> found = new TreeMap<>();
        trainings.forEach((name, it) -> look.apply(it).ifPresent(value -> found.put(name, value)));
        return found;
    }

    /** See {@link RecipeTraining#dictionary}. */
    Optional<Dictionary> dictionary(RecipeSpec recipe, NDManager owner) {
        return trainings.get(recipe.name()).dictionary(owner);
    }

    /** Returns what is known of the losses, by name. */
    Map<String, WatchState> watches() {
        return present(it -> Optional.of(it.watchState()));
    }

    /**
     * Returns what would be known of the losses if the last step were none: a run of more steps has
     * saved no dictionary there.
     */
    Map<String, WatchState> watchesOfMoreSteps() {
        Map<String, WatchState> known = watches();
        beforeTheEnd.forEach(
                (name, before) ->
                        known.computeIfPresent(
                                name, (same, now) -> now.stop().isPresent() ? now : before));
        return known;
    }

    void save(SafetensorsWriter states) {
        trainings.values().forEach(it -> it.save(states));
    }

    /**
     * Takes over what {@link #save} added, once the dictionaries are open. After the run's last
     * step the watches come as {@link #watchesOfMoreSteps}, and the step is ended once more.
     */
    void restore(Checkpoint checkpoint, TensorSource states) {
        trainings.forEach(
                (name, it) ->
                        it.restore(
                                states, checkpoint.watches().getOrDefault(name, WatchState.START)));
        step = checkpoint.step();
        if (isEndAlone()) {
            endStep();
        }
    }

    @Override
    public void close() {
        trainings.values().forEach(RecipeTraining::close);
    }
}
