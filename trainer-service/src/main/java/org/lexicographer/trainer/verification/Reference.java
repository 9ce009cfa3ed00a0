package org.lexicographer.trainer.verification;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.exchange.dictionarylearning.DictionaryLearningClass;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.TensorEntry;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.engine.GradientRecipe;
import org.lexicographer.trainer.recipe.Recipe;
import org.lexicographer.trainer.recipe.objective.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipe;
import org.lexicographer.trainer.recipe.standard.StandardState;
import org.lexicographer.trainer.recipe.standard.StandardStep;

/**
 * A dictionary that another program trained, step by step: a folder with {@code
 * trajectory.safetensors} ({@code init.*}, {@code batches} (S, B, D) or {@code batches_in} and
 * {@code batches_out}, {@code after_{n}.*} after n updates), {@code reference.json} and perhaps
 * {@code inference.safetensors}. Training ours on the same batches must give the same weights.
 */
final class Reference implements AutoCloseable {

    private static final String INFERENCE = "inference.safetensors";
    private static final String AFTER = "after_";
    private static final Pattern SNAPSHOT = Pattern.compile(AFTER + "(\\d{1,9})\\..+");

    private final Path folder;
    private final TensorSource trajectory;
    private final ReferenceSettings settings;

    private Reference(Path folder, TensorSource trajectory, ReferenceSettings settings) {
        this.folder = folder;
        this.trajectory = trajectory;
        this.settings = settings;
    }

    static Reference open(Path folder) throws IOException {
        TensorSource trajectory = SafetensorsFile.open(folder.resolve("trajectory.safetensors"));
        try {
            long size = dictionarySize(trajectory);
            ReferenceSettings settings = ReferenceSettings.read(folder, (int) size);
            Reference reference = new Reference(folder, trajectory, settings);
            reference.checkBatches();
            return reference;
        } catch (IOException | RuntimeException e) {
            trajectory.close();
            throw e;
        }
    }

    /** Every class has biases or thresholds, one per latent, and no two have the same names. */
    private static long dictionarySize(TensorSource trajectory) {
        for (String name : List.of("init.encoder.bias", "init.gate_bias", "init.b_enc")) {
            if (trajectory.names().contains(name)) {
                return trajectory.entry(name).elements();
            }
        }
        throw new IllegalArgumentException("no initial weights: tensors=" + trajectory.names());
    }

    private void checkBatches() {
        for (String name : List.of(inputs(), targets())) {
            TensorEntry entry = trajectory.entry(name);
            if (entry.type() != SafetensorsType.F32
                    || entry.shape().size() != 3
                    || !entry.shape().subList(0, 2).equals(batchShape().subList(0, 2))
                    || entry.elements() == 0) {
                throw new IllegalArgumentException(
                        "batches must be float32 (steps, rows, width): found=%s %s, tensor=%s"
                                .formatted(entry.type(), entry.shape(), name));
            }
        }
    }

    ReferenceSettings settings() {
        return settings;
    }

    /** Returns the shape (S, B, D) of the batches that are read. */
    List<Long> batchShape() {
        return shape(inputs());
    }

    private String inputs() {
        return trajectory.names().contains("batches_in") ? "batches_in" : "batches";
    }

    private String targets() {
        return trajectory.names().contains("batches_out") ? "batches_out" : "batches";
    }

    /** Trains from the start; returns the largest difference at each snapshot, by its step. */
    SortedMap<Integer, Double> differences(Recipe recipe, NDManager manager) {
        return differences(recipe, manager, RowOrder.AS_STORED);
    }

    /** Trains from the start on batches whose rows are taken in an order. */
    SortedMap<Integer, Double> differences(Recipe recipe, NDManager manager, RowOrder order) {
        SortedMap<Integer, Double> differences = new TreeMap<>(snapshots());
        int last = differences.lastKey();
        for (int step = 0; step < last; step++) {
            step(
                    recipe,
                    batch(manager, inputs(), step, order),
                    batch(manager, targets(), step, order));
            if (differences.containsKey(step + 1)) {
                checkNothingResampled(recipe, step);
                differences.put(step + 1, difference(recipe, manager, AFTER + (step + 1) + "."));
            }
        }
        return differences;
    }

    /** Returns what is read at a step; the caller closes it. */
    NDArray inputBatch(NDManager manager, int step) {
        return batch(manager, inputs(), step, RowOrder.AS_STORED); // (B, D)
    }

    /** Returns what is to be reconstructed at a step; the caller closes it. */
    NDArray targetBatch(NDManager manager, int step) {
        return batch(manager, targets(), step, RowOrder.AS_STORED); // (B, Dout)
    }

    private static void step(Recipe recipe, NDArray inputs, NDArray targets) {
        try (inputs;
                targets) {
            recipe.step(inputs, targets);
        }
    }

    /** Rows are drawn at random, so that no two programs resample alike. */
    private static void checkNothingResampled(Recipe recipe, int step) {
        if (recipe instanceof StandardRecipe standard && standard.latentsResampled() > 0) {
            throw new IllegalArgumentException(
                    "latents were resampled at random, which cannot be compared: latents=%d, step=%d"
                            .formatted(standard.latentsResampled(), step));
        }
    }

    private SortedMap<Integer, Double> snapshots() {
        SortedMap<Integer, Double> snapshots = new TreeMap<>();
        for (String name : trajectory.names()) {
            Matcher matcher = SNAPSHOT.matcher(name);
            if (matcher.matches()) {
                snapshots.put(Integer.parseInt(matcher.group(1)), Double.NaN);
            }
        }
        long batches = batchShape().getFirst();
        if (snapshots.isEmpty() || snapshots.firstKey() < 1 || snapshots.lastKey() > batches) {
            throw new IllegalArgumentException(
                    "snapshots do not fit the batches: snapshots=%s, batches=%d"
                            .formatted(snapshots.keySet(), batches));
        }
        return snapshots;
    }

    private NDArray batch(NDManager manager, String name, int step, RowOrder order) {
        long rows = shape(name).get(1);
        long width = shape(name).get(2);
        float[] values = new float[Math.toIntExact(rows * width)];
        FloatBuffer all = trajectory.bytes(name).asFloatBuffer();
        all.get(step * values.length, values);
        return manager.create(order.apply(values, (int) width), new Shape(rows, width)); // (B, D)
    }

    /** Starts our recipe from the reference's weights. */
    Recipe start(NDManager manager) {
        RecipeSpec spec = settings.spec();
        InitialWeights weights = InitialWeights.of(weights("init."));
        return spec instanceof StandardRecipeSpec standard
                ? StandardRecipe.start(manager, standard, weights, settings.steps())
                : GradientRecipe.start(manager, spec, weights, settings.steps());
    }

    /** Starts a recipe of gradients from the reference's weights, with sparse steps or without. */
    GradientRecipe start(NDManager manager, Optional<SparsePlan> plan) {
        return GradientRecipe.start(
                manager,
                settings.spec(),
                InitialWeights.of(weights("init.")),
                settings.steps(),
                plan);
    }

    /** Starts our standard recipe from the reference's weights, to be stepped in a given plan. */
    StandardRecipe start(NDManager manager, Function<StandardState, StandardStep> plan) {
        return StandardRecipe.start(
                manager,
                (StandardRecipeSpec) settings.spec(),
                InitialWeights.of(weights("init.")),
                settings.steps(),
                plan);
    }

    /** Tells whether the reference follows the recipe that can be stepped in several ways. */
    boolean isStandard() {
        return settings.spec() instanceof StandardRecipeSpec;
    }

    /** Returns a snapshot's weights as dictionaries have them, once their shapes are checked. */
    private Map<String, Weight> weights(String prefix) {
        Map<String, Weight> weights =
                settings.dictionaryClass().weights(name -> weight(prefix + name));
        List<Long> widths =
                List.of(
                        weights.get(DictionaryWeights.ENCODER_WEIGHT).shape().getFirst(),
                        weights.get(DictionaryWeights.DECODER_WEIGHT).shape().getLast());
        List<Long> expected = List.of(shape(inputs()).get(2), shape(targets()).get(2));
        if (!widths.equals(expected)) {
            throw new IllegalArgumentException(
                    "reference shape mismatch: expected widths=%s, found=%s, snapshot=%s"
                            .formatted(expected, widths, prefix));
        }
        return weights;
    }

    private Weight weight(String name) {
        return new Weight(shape(name), trajectory.floats(name));
    }

    private List<Long> shape(String name) {
        return trajectory.entry(name).shape();
    }

    private double difference(Recipe recipe, NDManager manager, String prefix) {
        Map<String, Weight> expected = weights(prefix);
        double largest = 0;
        try (Dictionary dictionary = recipe.dictionary(manager)) {
            for (Map.Entry<String, Weight> found : DictionaryWeights.of(dictionary).entrySet()) {
                float[] values = expected.get(found.getKey()).values();
                largest = Math.max(largest, largest(found.getValue().values(), values));
            }
            return Math.max(largest, thresholdDifference(dictionary, prefix));
        }
    }

    /** The top-k family has learned a threshold beside its weights. */
    private double thresholdDifference(Dictionary dictionary, String prefix) {
        Optional<ActiveLatents> active = dictionary.activeLatents();
        if (active.isEmpty()) {
            return 0;
        }
        return Math.abs((double) active.get().threshold() - threshold(prefix));
    }

    /**
     * Returns the larger of the differences in latents and reconstruction, where there are any: of
     * what the reference's last weights make of the same rows in a dictionary of ours.
     */
    Optional<Double> inferenceDifference(NDManager manager) throws IOException {
        if (!Files.exists(folder.resolve(INFERENCE))) {
            return Optional.empty();
        }
        try (TensorSource inference = SafetensorsFile.open(folder.resolve(INFERENCE));
                Dictionary dictionary = trained(manager)) {
            float[] latents = inference.floats("features");
            int rows = latents.length / dictionary.dictionarySize();
            int width = dictionary.inputDim();
            float[] x = Arrays.copyOf(inference.floats("x"), rows * width);
            try (NDArray activations = manager.create(x, new Shape(rows, width)); // (N, D)
                    NDArray ours = dictionary.encode(activations); // (N, F)
                    NDArray reconstruction = dictionary.decode(ours)) { // (N, D)
                return Optional.of(
                        Math.max(
                                largest(ours.toFloatArray(), latents),
                                largest(
                                        reconstruction.toFloatArray(),
                                        inference.floats("reconstruction"))));
            }
        }
    }

    /** Returns a dictionary of the reference's last snapshot. */
    private Dictionary trained(NDManager manager) {
        String prefix = AFTER + snapshots().lastKey() + ".";
        Map<String, Weight> weights = weights(prefix);
        DictionaryLearningClass type = settings.dictionaryClass();
        DictionaryShape blueprint =
                DictionaryShape.fitting(
                        type.architecture(),
                        weights,
                        type.subtractsDecoderBias(),
                        activeLatents(prefix));
        return DictionaryWeights.assemble(manager, blueprint, weights);
    }

    private Optional<ActiveLatents> activeLatents(String prefix) {
        return switch (settings.spec()) {
            case TopKRecipeSpec topK -> Optional.of(ActiveLatents.topK(topK.selection().k()));
            case BatchTopKRecipeSpec topK ->
                    Optional.of(ActiveLatents.above(threshold(prefix), topK.selection().k()));
            case MatryoshkaBatchTopKRecipeSpec topK ->
                    Optional.of(
                            ActiveLatents.grouped(
                                    threshold(prefix), topK.selection().k(), topK.groupSizes()));
            case StandardRecipeSpec standard -> Optional.empty();
            case PAnnealRecipeSpec anneal -> Optional.empty();
            case StandardAprilRecipeSpec april -> Optional.empty();
            case JumpReluRecipeSpec jump -> Optional.empty();
            case GatedRecipeSpec gated -> Optional.empty();
            case GatedAnnealRecipeSpec gated -> Optional.empty();
        };
    }

    private float threshold(String prefix) {
        return trajectory.floats(prefix + "threshold")[0];
    }

    /** Returns the largest absolute difference; no number if any of them is none. */
    private static double largest(float[] values, float[] expected) {
        if (values.length != expected.length) {
            throw new IllegalArgumentException(
                    "reference shape mismatch: expected=%d elements, found=%d"
                            .formatted(expected.length, values.length));
        }
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, Math.abs((double) values[i] - expected[i]));
        }
        return largest;
    }

    @Override
    public void close() {
        trajectory.close();
    }
}
