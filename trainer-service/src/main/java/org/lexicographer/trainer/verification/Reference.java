package org.lexicographer.trainer.verification;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.exchange.dictionarylearning.DictionaryLearningClass;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;

/**
 * A dictionary that another program trained: a folder with {@code trajectory.safetensors} (see
 * {@link Trajectory}), {@code reference.json} and perhaps {@code inference.safetensors}. Training
 * ours on the same batches must give the same weights.
 */
final class Reference implements AutoCloseable {

    private static final String INFERENCE = "inference.safetensors";

    private final Path folder;
    private final Trajectory trajectory;
    private final ReferenceSettings settings;

    private Reference(Path folder, Trajectory trajectory, ReferenceSettings settings) {
        this.folder = folder;
        this.trajectory = trajectory;
        this.settings = settings;
    }

    static Reference open(Path folder) throws IOException {
        Trajectory trajectory = Trajectory.open(folder.resolve("trajectory.safetensors"));
        try {
            ReferenceSettings settings =
                    ReferenceSettings.read(folder, trajectory.dictionarySize());
            trajectory.checkBatches();
            return new Reference(folder, trajectory, settings);
        } catch (IOException | RuntimeException e) {
            trajectory.close();
            throw e;
        }
    }

    ReferenceSettings settings() {
        return settings;
    }

    /** Returns the shape (S, B, D) of the batches that are read. */
    List<Long> batchShape() {
        return trajectory.batchShape();
    }

    /** Trains from the start; returns the largest difference at each snapshot, by its step. */
    SortedMap<Integer, Double> differences(Recipe recipe, NDManager manager) {
        return differences(recipe, manager, RowOrder.AS_STORED);
    }

    /** Trains from the start on batches whose rows are taken in an order. */
    SortedMap<Integer, Double> differences(Recipe recipe, NDManager manager, RowOrder order) {
        SortedMap<Integer, Double> differences = new TreeMap<>();
        int updates = 0;
        for (int snapshot : trajectory.snapshots()) {
            while (updates < snapshot) {
                step(recipe, manager, order, updates++);
            }
            checkNothingResampled(recipe, snapshot - 1);
            differences.put(snapshot, difference(recipe, manager, snapshot));
        }
        return differences;
    }

    private void step(Recipe recipe, NDManager manager, RowOrder order, int step) {
        try (NDArray inputs = trajectory.inputs(manager, step, order); // (B, D)
                NDArray targets = trajectory.targets(manager, step, order)) { // (B, Dout)
            recipe.step(inputs, targets);
        }
    }

    /** Returns what is read at a step; the caller closes it. */
    NDArray inputBatch(NDManager manager, int step) {
        return trajectory.inputs(manager, step, RowOrder.AS_STORED); // (B, D)
    }

    /** Returns what is to be reconstructed at a step; the caller closes it. */
    NDArray targetBatch(NDManager manager, int step) {
        return trajectory.targets(manager, step, RowOrder.AS_STORED); // (B, Dout)
    }

    /** Rows are drawn at random, so that no two programs resample alike. */
    private static void checkNothingResampled(Recipe recipe, int step) {
        if (recipe.latentsResampled() > 0) {
            throw new IllegalArgumentException(
                    "latents were resampled at random, which cannot be compared: latents=%d, step=%d"
                            .formatted(recipe.latentsResampled(), step));
        }
    }

    /** Starts our recipe from the reference's weights. */
    Recipe start(NDManager manager) {
        return Recipe.start(manager, settings.spec(), initialWeights(), settings.steps());
    }

    /** Starts our recipe from the reference's weights, with sparse steps or without. */
    Recipe start(NDManager manager, Optional<SparsePlan> plan) {
        return Recipe.start(manager, settings.spec(), initialWeights(), settings.steps(), plan);
    }

    private InitialWeights initialWeights() {
        return InitialWeights.of(trajectory.initialWeights(settings.dictionaryClass()));
    }

    private double difference(Recipe recipe, NDManager manager, int snapshot) {
        Map<String, Weight> expected =
                trajectory.weightsAfter(settings.dictionaryClass(), snapshot);
        double largest = 0;
        try (Dictionary dictionary = recipe.dictionary(manager)) {
            for (Map.Entry<String, Weight> found : DictionaryWeights.of(dictionary).entrySet()) {
                float[] values = expected.get(found.getKey()).values();
                largest = Math.max(largest, largest(found.getValue().values(), values));
            }
            return Math.max(largest, thresholdDifference(dictionary, snapshot));
        }
    }

    /** The top-k family also learns a threshold. */
    private double thresholdDifference(Dictionary dictionary, int snapshot) {
        return dictionary
                .activeLatents()
                .map(found -> (double) found.threshold() - trajectory.thresholdAfter(snapshot))
                .map(Math::abs)
                .orElse(0.0);
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
        int last = trajectory.snapshots().last();
        DictionaryLearningClass type = settings.dictionaryClass();
        Map<String, Weight> weights = trajectory.weightsAfter(type, last);
        DictionaryShape shape =
                DictionaryShape.fitting(
                        type.architecture(),
                        weights,
                        type.subtractsDecoderBias(),
                        activeLatents(manager, last));
        return DictionaryWeights.assemble(manager, shape, weights);
    }

    /** Our recipe says how its dictionaries choose active latents; the threshold is learned. */
    private Optional<ActiveLatents> activeLatents(NDManager manager, int snapshot) {
        try (Recipe recipe = start(manager);
                Dictionary untrained = recipe.dictionary(manager)) {
            return untrained
                    .activeLatents()
                    .map(
                            ours ->
                                    ours.useThreshold()
                                            ? new ActiveLatents(
                                                    ours.k(),
                                                    trajectory.thresholdAfter(snapshot),
                                                    true,
                                                    ours.groupSizes())
                                            : ours);
        }
    }

    /** Returns the largest absolute difference; not a number if one of them is not. */
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
