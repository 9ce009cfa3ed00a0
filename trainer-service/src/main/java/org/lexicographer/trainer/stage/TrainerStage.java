package org.lexicographer.trainer.stage;

import ai.djl.ndarray.NDManager;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.account.RowAccount;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.EarlyStopPolicy;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.buffer.NormFilter;
import org.lexicographer.trainer.buffer.ShuffleBuffer;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.Checkpoint.BufferState;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.LeftOutRows;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.engine.Recipes;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.stage.SiteColumns.Column;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.SiteActivations;
import org.lexicographer.trainer.watch.LossWatch;
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
    private final NDManager manager;
    private final List<Site> sites;
    private final List<RecipeSpec> specs;
    private final Optional<NormFilter> normFilter;
    private final Map<String, RecipeTraining> trainings = new LinkedHashMap<>();
    private SiteColumns columns = new SiteColumns(List.of(), List.of());
    private Optional<ShuffleBuffer> buffer = Optional.empty();
    private boolean filling = true;
    private boolean streamEnded;
    private SequenceLog taken = SequenceLog.EMPTY;
    private LeftOutRows leftOut = LeftOutRows.NONE;
    private long step;

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
     */
    public TrainerStage(RunSpec spec, Site site, NDManager manager) {
        this.spec = spec;
        this.manager = manager.newSubManager();
        this.sites = sitesRead(spec, site);
        this.specs = spec.recipesAt(site);
        this.normFilter = spec.training().tokens().maxNormMultiple().map(NormFilter::new);
    }

    /** Returns the sites whose activations a job reads: its own first, then those reconstructed. */
    public static List<Site> sitesRead(RunSpec spec, Site site) {
        List<Site> sites = new ArrayList<>(List.of(site));
        spec.recipesAt(site).stream()
                .map(recipe -> recipe.target(site))
                .filter(target -> !target.equals(site))
                .distinct()
                .sorted()
                .forEach(sites::add);
        return List.copyOf(sites);
    }

    /** Takes one step, if the blocks for it are there. */
    public Advance advance(ActivationStream stream) {
        if (step == spec.training().steps() || allStopped()) {
            return Advance.FINISHED;
        }
        if (!filling && !streamEnded && buffer.orElseThrow().isHalfEmpty()) {
            buffer.orElseThrow().beginFilling();
            filling = true;
        }
        if (filling && !fill(stream)) {
            return allStopped() ? Advance.FINISHED : Advance.WAITING;
        }
        if (allStopped()) {
            return Advance.FINISHED;
        }
        if (buffer.isEmpty() || buffer.get().remaining() < spec.training().batchSize()) {
            // The last step was not known to be the last, and its weights are to be looked at too.
            trainings.values().forEach(training -> training.endStep(step, true, manager));
            return Advance.FINISHED;
        }
        train(buffer.get());
        return Advance.STEPPED;
    }

    private boolean allStopped() {
        return !trainings.isEmpty()
                && trainings.values().stream().noneMatch(RecipeTraining::isRunning);
    }

    private boolean fill(ActivationStream stream) {
        while (!streamEnded && hasSpace()) {
            Optional<SiteActivations> block = stream.next();
            if (block.isEmpty()) {
                return false;
            }
            streamEnded = block.get().endsStream();
            if (!streamEnded) {
                add(block.get());
            }
        }
        filling = false;
        buffer.ifPresent(this::endFilling);
        return true;
    }

    private boolean hasSpace() {
        return buffer.isEmpty() || buffer.get().space() >= spec.trainedBlockRows();
    }

    private void add(SiteActivations block) {
        if (buffer.isEmpty()) {
            open(block.dims());
        }
        if (!block.dims().equals(columns.dims())) {
            throw new IllegalArgumentException(
                    "activation width mismatch: expected=%s, found=%s, sites=%s, sequence=%d"
                            .formatted(columns.dims(), block.dims(), sites, block.sequence()));
        }
        int highNorm = normFilter.isPresent() ? addKept(block, normFilter.get()) : addAll(block);
        checkFinite(block, highNorm);
        leftOut = leftOut.plus(block.excluded(), highNorm);
        taken = taken.with(block.sequence(), block.rows() + block.excluded());
    }

    /**
     * Stops the recipes at a site whose activations are not finite; the other sites' rows are
     * sound. A filter leaves such rows out, but not all of them without a word.
     */
    private void checkFinite(SiteActivations block, int filtered) {
        boolean allKept = normFilter.isEmpty();
        if (!allKept && filtered < block.rows()) {
            return;
        }
        for (int site = 0; site < sites.size(); site++) {
            int number = site;
            block.firstNotFinite(site)
                    .ifPresent(
                            place ->
                                    failAt(
                                            number,
                                            "activation not finite: site=%s, block=%d, %s,"
                                                            .formatted(
                                                                    sites.get(number),
                                                                    block.sequence(),
                                                                    place)
                                                    + " activationType="
                                                    + spec.activationType().text()));
        }
    }

    private void failAt(int site, String reason) {
        trainings.values().stream()
                .filter(training -> reads(training.spec(), sites.get(site)))
                .forEach(training -> training.fail(step, reason));
    }

    private boolean reads(RecipeSpec recipe, Site site) {
        return site.equals(sites.getFirst()) || site.equals(target(recipe));
    }

    private int addAll(SiteActivations block) {
        for (int row = 0; row < block.rows(); row++) {
            buffer.orElseThrow().add(block.values(), row * columns.width());
        }
        return 0;
    }

    private int addKept(SiteActivations block, NormFilter filter) {
        boolean[] kept = filter.kept(block);
        int dropped = 0;
        for (int row = 0; row < block.rows(); row++) {
            if (kept[row]) {
                buffer.orElseThrow().add(block.values(), row * columns.width());
            } else {
                dropped++;
            }
        }
        return dropped;
    }

    private void open(List<Integer> dims) {
        columns = new SiteColumns(dims, List.of());
        int capacity = Math.toIntExact(spec.bufferRows());
        buffer = Optional.of(new ShuffleBuffer(capacity, columns.width(), spec.training().seed()));
        specs.forEach(recipe -> trainings.put(recipe.name(), training(recipe)));
    }

    private RecipeTraining training(RecipeSpec recipe) {
        int inputDim = columns.dims().getFirst();
        int outputDim = columns.dims().get(sites.indexOf(target(recipe)));
        int steps = spec.training().steps();
        Optional<EarlyStopPolicy> earlyStop =
                spec.training().earlyStop().filter(policy -> policy.appliesTo(recipe.name()));
        return new RecipeTraining(
                recipe,
                new LossWatch(spec.training().divergence(), earlyStop),
                () -> Recipes.start(manager, recipe, inputDim, outputDim, steps));
    }

    private Site target(RecipeSpec recipe) {
        return recipe.target(sites.getFirst());
    }

    private void endFilling(ShuffleBuffer rows) {
        rows.endFilling();
        if (!columns.areScaled() && rows.remaining() > 0) {
            columns = columns.scaledBy(rows, spec.training().normalizeActivations());
            IntStream.range(0, sites.size())
                    .filter(site -> !columns.isUsable(site))
                    .forEach(site -> failAt(site, deadSite(site, rows)));
        }
    }

    private String deadSite(int site, ShuffleBuffer rows) {
        int start = columns.start(site);
        return "activations cannot be normalised: expected=a mean squared norm above 0, found=%s,"
                        .formatted(rows.meanSquaredNorm(start, start + columns.dims().get(site)))
                + " site=%s, rows=%d".formatted(sites.get(site), rows.remaining());
    }

    private void train(ShuffleBuffer rows) {
        float[] batch = new float[spec.training().batchSize() * columns.width()];
        rows.take(spec.training().batchSize(), batch);
        try (NDManager scope = manager.newSubManager()) {
            List<Column> cut = columns.cut(scope, batch);
            for (RecipeTraining training : trainings.values()) {
                Column targets = cut.get(sites.indexOf(target(training.spec())));
                training.step(step, cut.getFirst(), targets);
            }
        }
        step++;
        boolean checkpoint = isCheckpointStep() || step == spec.training().steps();
        trainings.values().forEach(training -> training.endStep(step, checkpoint, manager));
    }

    /** Tells whether the run's schedule has a checkpoint after the last step taken. */
    public boolean isCheckpointStep() {
        return step > 0 && step % spec.training().checkpointSteps() == 0;
    }

    /** Returns the number of training steps taken. */
    public long steps() {
        return step;
    }

    /** Returns the number of rows trained on, each the activation of one token. */
    public long tokens() {
        return step * spec.training().batchSize();
    }

    /** Returns which blocks the stage has taken. */
    public SequenceLog taken() {
        return taken;
    }

    /** Returns how many rows of these blocks were not trained on. */
    public LeftOutRows leftOut() {
        return leftOut;
    }

    /** Returns what became of the rows of these blocks. */
    public RowAccount rows() {
        boolean wanted = streamEnded && step < spec.training().steps() && !allStopped();
        long unused = wanted ? buffer.map(ShuffleBuffer::remaining).orElse(0) : 0;
        return new RowAccount(
                taken.rows(), tokens(), leftOut.excluded(), leftOut.highNorm(), unused);
    }

    /** Returns what each recipe's last reported step saw. */
    public Map<String, StepReport> reports() {
        Map<String, StepReport> reports = new TreeMap<>();
        trainings.forEach(
                (name, training) -> training.lastReport().ifPresent(r -> reports.put(name, r)));
        return reports;
    }

    /** Returns why and where recipes were stopped, by name; the others continue. */
    public Map<String, Stop> stops() {
        Map<String, Stop> stops = new TreeMap<>();
        trainings.forEach((name, training) -> training.stop().ifPresent(s -> stops.put(name, s)));
        return stops;
    }

    /** Returns the number of training steps that a recipe's dictionary has had. */
    public long steps(RecipeSpec recipe) {
        Optional<Stop> stop = Optional.ofNullable(stops().get(recipe.name()));
        return stop.map(Stop::dictionaryStep).orElse(step);
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
        int target = sites.indexOf(target(recipe));
        if (!columns.areScaled() || !columns.isUsable(0) || !columns.isUsable(target)) {
            return Optional.empty();
        }
        List<Double> scales = columns.scales();
        return Optional.of(new Normalization(scales.getFirst(), scales.get(target)));
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
        if (normalization(recipe).isEmpty()) {
            return Optional.empty();
        }
        return trainings.get(recipe.name()).dictionary(owner).map(trained -> fold(recipe, trained));
    }

    private Dictionary fold(RecipeSpec recipe, Dictionary trained) {
        try (trained) {
            return trained.fold(normalization(recipe).orElseThrow());
        }
    }

    /**
     * Saves the whole state.
     *
     * @param stream the stream that the stage was fed from
     */
    public Checkpoint save(CheckpointStore store, ActivationStream stream) {
        ShuffleBuffer rows = buffer.orElseThrow();
        SafetensorsWriter states = new SafetensorsWriter();
        trainings.values().forEach(training -> training.save(states));
        return store.save(
                step,
                new CheckpointStore.Content(rows.remainingRows(), states),
                (bufferObject, recipesObject) ->
                        describe(stream, rows, bufferObject, recipesObject));
    }

    /** Tells whether there is anything to save yet. */
    public boolean hasState() {
        return buffer.isPresent();
    }

    private Checkpoint describe(
            ActivationStream stream,
            ShuffleBuffer rows,
            StoredObject bufferObject,
            StoredObject recipesObject) {
        Map<String, Long> offsets = new HashMap<>();
        stream.offsets().forEach((partition, next) -> offsets.put(partition.toString(), next));
        return new Checkpoint(
                step,
                stream.nextSequence(),
                offsets,
                streamEnded,
                taken,
                leftOut,
                columns.scales(),
                columns.dims(),
                new BufferState(rows.remaining(), rows.fillings(), filling, bufferObject),
                recipesObject,
                watches());
    }

    private Map<String, WatchState> watches() {
        Map<String, WatchState> watches = new TreeMap<>();
        trainings.forEach((name, training) -> watches.put(name, training.watchState()));
        return watches;
    }

    /** Puts a new stage into the state that {@link #save} saved. */
    public void restore(Checkpoint checkpoint, DataInputStream rows, TensorSource states)
            throws IOException {
        open(checkpoint.dims());
        BufferState saved = checkpoint.buffer();
        buffer.orElseThrow().restore(rows::readFully, saved.rows(), saved.fillings());
        trainings.forEach(
                (name, training) ->
                        training.restore(
                                states, checkpoint.watches().getOrDefault(name, WatchState.START)));
        columns = new SiteColumns(checkpoint.dims(), checkpoint.normalization());
        leftOut = checkpoint.leftOut();
        filling = saved.filling();
        streamEnded = checkpoint.streamEnded();
        taken = checkpoint.taken();
        step = checkpoint.step();
    }

    /** Returns where a restored job reads on. */
    public static Map<TopicPartition, Long> offsets(Checkpoint checkpoint) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        checkpoint
                .offsets()
                .forEach(
                        (partition, next) -> {
                            int dash = partition.lastIndexOf('-');
                            offsets.put(
                                    new TopicPartition(
                                            partition.substring(0, dash),
                                            Integer.parseInt(partition.substring(dash + 1))),
                                    next);
                        });
        return offsets;
    }

    /** Returns how many native arrays and managers the stage owns, for tests of its memory. */
    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        trainings.values().forEach(RecipeTraining::close);
        buffer.ifPresent(ShuffleBuffer::close);
        manager.close();
    }
}
