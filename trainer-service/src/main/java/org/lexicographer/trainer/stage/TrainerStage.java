package org.lexicographer.trainer.stage;

import ai.djl.ndarray.NDManager;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurves;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.LeftOutRows;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.initial.InitialDictionaries;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.JobSites;
import org.lexicographer.trainer.watch.Stop;
import org.lexicographer.trainer.watch.WatchState;

/**
 * Trains all recipes of one site on the same batches. What it does is a function of the run spec
 * and of the stream of blocks alone; {@link #save} and {@link #restore} carry the whole state, at
 * any moment between two calls of {@link #advance}.
 *
 * <p>For use by one thread.
 */
public final class TrainerStage implements AutoCloseable {

    private final RunSpec spec;
    private final Site site;
    private final NDManager manager;
    private final RecipeTrainings recipes;
    private final BatchFeed feed;

    /** What came of an attempt to continue. */
    public enum Advance {
        /** One training step was taken. */
        STEPPED,
        /** Blocks are missing that have not been extracted yet. */
        WAITING,
        /** Every step was taken, every dictionary was stopped, or the stream has ended. */
        FINISHED
    }

    /**
     * Creates a stage that stands at the start of the stream.
     *
     * @param manager whose device is trained on; the stage's arrays belong to a manager below it
     * @param dictionaries what recipes may start from
     */
    public TrainerStage(
            RunSpec spec, Site site, NDManager manager, InitialDictionaries dictionaries) {
        this.spec = spec;
        this.site = site;
        JobSites sites = JobSites.of(spec, site);
        this.manager = manager.newSubManager();
        this.recipes = new RecipeTrainings(spec, sites, this.manager, dictionaries);
        this.feed = new BatchFeed(spec, sites, recipes);
    }

    /** Takes one step, if the blocks for it are there. */
    public Advance advance(ActivationStream stream) {
        if (recipes.areComplete()) {
            return Advance.FINISHED;
        }
        boolean filled = feed.fill(stream);
        if (recipes.areStopped()) {
            return Advance.FINISHED;
        }
        if (!filled) {
            return Advance.WAITING;
        }
        if (!feed.hasBatch()) {
            // The last step was not known to be the last, and its weights are to be looked at too.
            recipes.endLastStep();
            return Advance.FINISHED;
        }
        try (NDManager scope = manager.newSubManager()) {
            recipes.step(feed.take(scope));
        }
        recipes.endStep();
        return Advance.STEPPED;
    }

    /** Tells whether the run's schedule has a checkpoint after the last step taken. */
    public boolean isCheckpointStep() {
        return recipes.isCheckpointStep();
    }

    /** Returns the number of training steps taken. */
    public long steps() {
        return recipes.steps();
    }

    /** Returns the number of rows trained on, each the activation of one token. */
    public long tokens() {
        return steps() * spec.training().batchSize();
    }

    /**
     * Returns how much of the shuffle buffer holds rows that were not trained on yet, 0 to 1; 0
     * before the first block.
     */
    public double bufferFill() {
        return feed.bufferFill();
    }

    /** Returns which blocks the stage has taken. */
    public SequenceLog taken() {
        return feed.taken();
    }

    /** Returns how many rows of these blocks were not trained on. */
    public LeftOutRows leftOut() {
        return feed.leftOut();
    }

    /** Returns what became of the rows of these blocks. */
    public RowAccount rows() {
        return new RowAccount(
                taken().rows(),
                tokens(),
                leftOut().excluded(),
                leftOut().highNorm(),
                recipes.areComplete() ? 0 : feed.leftAtEnd());
    }

    /** Returns what each recipe's last reported step saw. */
    public Map<String, CurvePoint> reports() {
        return recipes.reports();
    }

    /** Returns how the training of all recipes has gone so far. */
    public TrainingCurves curves() {
        return new TrainingCurves(site, steps(), recipes.curves());
    }

    /** Returns why and where recipes were stopped, by name; the others continue. */
    public Map<String, Stop> stops() {
        return recipes.stops();
    }

    /** Returns the number of training steps that a recipe's dictionary has had. */
    public long steps(RecipeSpec recipe) {
        Optional<Stop> stop = Optional.ofNullable(stops().get(recipe.name()));
        return stop.map(Stop::dictionaryStep).orElse(steps());
    }

    /** Returns the number of rows that a recipe's dictionary was trained on. */
    public long tokens(RecipeSpec recipe) {
        return steps(recipe) * spec.training().batchSize();
    }

    /**
     * Returns what a recipe's activations were divided by; empty before the first filling, and
     * where they cannot be divided.
     */
    public Optional<Normalization> normalization(RecipeSpec recipe) {
        return feed.normalization(recipe);
    }

    /**
     * Returns a recipe's dictionary for activations as they come from the model, as it is now or
     * when it was stopped. Empty when the stream has ended before the first step, and for a recipe
     * that has diverged after a checkpoint: its last dictionary is the one of that checkpoint, see
     * {@link #steps(RecipeSpec)}. The caller closes it.
     *
     * @param owner the manager that its arrays belong to
     */
    public Optional<Dictionary> dictionary(RecipeSpec recipe, NDManager owner) {
        return normalization(recipe)
                .flatMap(
                        scales ->
                                recipes.dictionary(recipe, owner)
                                        .map(trained -> fold(trained, scales)));
    }

    private static Dictionary fold(Dictionary trained, Normalization scales) {
        try (trained) {
            return trained.fold(scales);
        }
    }

    /**
     * Saves the whole state, once there is one.
     *
     * @param stream the stream that the stage was fed from
     */
    public Checkpoint save(CheckpointStore store, ActivationStream stream) {
        return store.save(
                new CheckpointStore.Moment(steps(), stream.nextSequence()),
                content(),
                new Moment(
                        stream.nextSequence(),
                        Checkpoint.named(stream.offsets()),
                        recipes.watchesOfMoreSteps()));
    }

    /**
     * Keeps the whole state for a run that is given more steps: before the block that ends the
     * stream is taken, or after the last step where none was.
     *
     * @param nextSequence the number of the block that would be taken next, were there more
     * @param lastBlock the token block before it, as it was written
     */
    public void keep(CheckpointStore store, long nextSequence, byte[] lastBlock) {
        store.keep(
                spec.training().steps(),
                content(),
                lastBlock,
                new Moment(nextSequence, Map.of(), recipes.watchesOfMoreSteps()));
    }

    private CheckpointStore.Content content() {
        SafetensorsWriter states = new SafetensorsWriter();
        recipes.save(states);
        return new CheckpointStore.Content(feed.waitingRows(), states);
    }

    /** Describes the state as it is now, at a place in the stream. */
    private final class Moment implements CheckpointStore.Describer {

        private final long nextSequence;
        private final Map<String, Long> offsets;
        private final Map<String, WatchState> watches;

        Moment(long nextSequence, Map<String, Long> offsets, Map<String, WatchState> watches) {
            this.nextSequence = nextSequence;
            this.offsets = offsets;
            this.watches = watches;
        }

        @Override
        public Checkpoint describe(StoredObject savedRows, StoredObject savedStates) {
            return new Checkpoint(
                    steps(),
                    nextSequence,
                    offsets,
                    feed.hasStreamEnded(),
                    taken(),
                    leftOut(),
                    feed.columns().scales(),
                    feed.columns().dims(),
                    feed.state(savedRows),
                    savedStates,
                    watches);
        }
    }

    /** Tells whether the block that ends the stream was taken. */
    public boolean hasStreamEnded() {
        return feed.hasStreamEnded();
    }

    /** Tells whether there is anything to save yet. */
    public boolean hasState() {
        return feed.isOpen();
    }

    /** Puts a new stage into the state that {@link #save} saved. */
    public void restore(Checkpoint checkpoint, DataInputStream rows, TensorSource states)
            throws IOException {
        feed.restore(checkpoint, rows);
        recipes.restore(checkpoint, states);
    }

    /** Returns how many native arrays and managers the stage owns, for tests of its memory. */
    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        try (manager;
                feed) {
            recipes.close();
        }
    }
}
