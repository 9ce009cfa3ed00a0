package org.lexicographer.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Normalization;
import org.lexicographer.pipeline.RunSpec;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.buffer.ShuffleBuffer;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.lexicographer.trainer.checkpoint.Checkpoint.BufferState;
import org.lexicographer.trainer.checkpoint.Checkpoint.StoredObject;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.checkpoint.SequenceLog;
import org.lexicographer.trainer.recipe.Recipe;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.stream.ActivationStream;
import org.lexicographer.trainer.stream.SiteActivations;

/**
 * Trains all recipes of one site on the same batches. What it does is a function of the run spec
 * and of the stream of blocks alone; {@link #save} and {@link #restore} carry the whole state, at
 * any moment between two calls of {@link #advance}.
 *
 * <p>For use by one thread.
 */
public final class TrainerStage implements AutoCloseable {

    private static final int REPORT_STEPS = 10;

    private final RunSpec spec;
    private final NDManager manager;
    private final List<Site> sites;
    private final List<RecipeSpec> specs;
    private final Map<String, Recipe> recipes = new LinkedHashMap<>();
    private final Map<String, StepReport> reports = new LinkedHashMap<>();
    private final List<Double> normalization = new ArrayList<>();
    private List<Integer> dims = List.of();
    private Optional<ShuffleBuffer> buffer = Optional.empty();
    private boolean filling = true;
    private boolean streamEnded;
    private SequenceLog taken = SequenceLog.EMPTY;
    private long step;

    /** What came of an attempt to go on. */
    public enum Advance {
        /** One training step was taken. */
        STEPPED,
        /** Blocks are missing that have not been extracted yet. */
        WAITING,
        /** Every step was taken, or the stream has ended. */
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

    /**
     * Takes one step, if the blocks for it are there.
     *
     * @throws DivergedException when a recipe's loss is no longer a number
     */
    public Advance advance(ActivationStream stream) {
        if (step == spec.training().steps()) {
            return Advance.FINISHED;
        }
        if (!filling && !streamEnded && buffer.orElseThrow().isHalfEmpty()) {
            buffer.orElseThrow().beginFilling();
            filling = true;
        }
        if (filling && !fill(stream)) {
            return Advance.WAITING;
        }
        if (buffer.isEmpty() || buffer.get().remaining() < spec.training().batchSize()) {
            return Advance.FINISHED;
        }
        train(buffer.get());
        return Advance.STEPPED;
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
        return buffer.isEmpty() || buffer.get().space() >= spec.blockRows();
    }

    private void add(SiteActivations block) {
        if (buffer.isEmpty()) {
            open(block.dims());
        }
        if (!block.dims().equals(dims)) {
            throw new IllegalArgumentException(
                    "activation width mismatch: expected=%s, found=%s, sites=%s, sequence=%d"
                            .formatted(dims, block.dims(), sites, block.sequence()));
        }
        for (int row = 0; row < block.rows(); row++) {
            buffer.get().add(block.values(), row * width());
        }
        taken = taken.with(block.sequence(), block.rows());
    }

    private void open(List<Integer> found) {
        dims = found;
        int capacity = Math.multiplyExact(spec.training().bufferContexts(), spec.contextLength());
        buffer = Optional.of(new ShuffleBuffer(capacity, width(), spec.training().seed()));
        for (RecipeSpec recipe : specs) {
            int outputDim = dims.get(sites.indexOf(target(recipe)));
            recipes.put(
                    recipe.name(),
                    Recipe.start(
                            manager, recipe, dims.getFirst(), outputDim, spec.training().steps()));
        }
    }

    private Site target(RecipeSpec recipe) {
        return recipe.target(sites.getFirst());
    }

    private int width() {
        return dims.stream().mapToInt(Integer::intValue).sum();
    }

    private void endFilling(ShuffleBuffer rows) {
        rows.endFilling();
        if (normalization.isEmpty()) {
            int column = 0;
            for (int dim : dims) {
                normalization.add(scale(rows, column, dim));
                column += dim;
            }
        }
    }

    private double scale(ShuffleBuffer rows, int column, int dim) {
        return spec.training().normalizeActivations()
                ? Math.sqrt(rows.meanSquaredNorm(column, column + dim))
                : 1.0;
    }

    private void train(ShuffleBuffer rows) {
        int batchSize = spec.training().batchSize();
        float[] batch = new float[batchSize * width()];
        rows.take(batchSize, batch);
        try (NDManager scope = manager.newSubManager()) {
            List<NDArray> columns = columns(scope, batch, batchSize);
            for (RecipeSpec recipe : specs) {
                NDArray targets = columns.get(sites.indexOf(target(recipe))); // (B, Dout)
                train(recipe.name(), columns.getFirst(), targets);
            }
        }
        step++;
    }

    private void train(String name, NDArray inputs, NDArray targets) {
        Recipe recipe = recipes.get(name);
        if ((step + 1) % REPORT_STEPS != 0) {
            recipe.step(inputs, targets);
            return;
        }
        StepReport report = recipe.stepAndReport(inputs, targets);
        if (!report.finite()) {
            throw new DivergedException(
                    "loss is not a number: recipe=%s, site=%s, step=%d, loss=%s, sparsity=%s"
                            .formatted(
                                    name,
                                    sites.getFirst(),
                                    step,
                                    report.reconstructionLoss(),
                                    report.sparsityLoss()));
        }
        reports.put(name, report);
    }

    /** Cuts a batch into the sites' columns, each divided by its normalisation, (B, D). */
    private List<NDArray> columns(NDManager scope, float[] batch, int batchSize) {
        List<NDArray> columns = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < sites.size(); i++) {
            int dim = dims.get(i);
            float scale = (float) (1 / normalization.get(i));
            float[] values = new float[batchSize * dim];
            for (int row = 0; row < batchSize; row++) {
                for (int j = 0; j < dim; j++) {
                    values[row * dim + j] = scale * batch[row * width() + from + j];
                }
            }
            columns.add(
                    scope.create(FloatBuffer.wrap(values), new Shape(batchSize, dim))); // (B, D)
            from += dim;
        }
        return columns;
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

    /** Returns what each recipe's last reported step saw. */
    public Map<String, StepReport> reports() {
        return Map.copyOf(reports);
    }

    /** Returns what a recipe's activations were divided by; empty before the first filling. */
    public Optional<Normalization> normalization(RecipeSpec recipe) {
        return normalization.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Normalization(
                                normalization.getFirst(),
                                normalization.get(sites.indexOf(target(recipe)))));
    }

    /**
     * Returns a recipe's dictionary for activations as they come from the model; empty when the
     * stream has ended before the first step. The caller closes it.
     *
     * @param owner the manager that its arrays belong to
     */
    public Optional<Dictionary> dictionary(RecipeSpec recipe, NDManager owner) {
        if (normalization.isEmpty()) {
            return Optional.empty();
        }
        try (Dictionary normalised = recipes.get(recipe.name()).dictionary(owner)) {
            return Optional.of(normalised.fold(normalization(recipe).orElseThrow()));
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
        recipes.forEach((name, recipe) -> recipe.save(states, name + "."));
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
                normalization,
                dims,
                new BufferState(rows.remaining(), rows.fillings(), filling, bufferObject),
                recipesObject);
    }

    /** Puts a new stage into the state that {@link #save} saved. */
    public void restore(Checkpoint checkpoint, DataInputStream rows, TensorSource states)
            throws IOException {
        open(checkpoint.dims());
        BufferState saved = checkpoint.buffer();
        buffer.orElseThrow().restore(rows::readFully, saved.rows(), saved.fillings());
        recipes.forEach((name, recipe) -> recipe.restore(states, name + "."));
        normalization.addAll(checkpoint.normalization());
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
        recipes.values().forEach(Recipe::close);
        buffer.ifPresent(ShuffleBuffer::close);
        manager.close();
    }
}
