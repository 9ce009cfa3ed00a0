package org.lexicographer.trainer.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.StandardDictionary;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.TensorEntry;
import org.lexicographer.pipeline.safetensors.TensorSource;

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
            long size = trajectory.entry("init.encoder.bias").elements();
            ReferenceSettings settings = ReferenceSettings.read(folder, (int) size);
            Reference reference = new Reference(folder, trajectory, settings);
            reference.checkBatches();
            return reference;
        } catch (IOException | RuntimeException e) {
            trajectory.close();
            throw e;
        }
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
    SortedMap<Integer, Double> differences(StandardRecipe recipe, NDManager manager) {
        SortedMap<Integer, Double> differences = new TreeMap<>(snapshots());
        int last = differences.lastKey();
        for (int step = 0; step < last; step++) {
            step(recipe, inputBatch(manager, step), targetBatch(manager, step));
            if (differences.containsKey(step + 1)) {
                checkNothingResampled(recipe, step);
                differences.put(step + 1, difference(recipe.state(), AFTER + (step + 1) + "."));
            }
        }
        return differences;
    }

    /** Returns what is read at a step; the caller closes it. */
    NDArray inputBatch(NDManager manager, int step) {
        return batch(manager, inputs(), step); // (B, D)
    }

    /** Returns what is to be reconstructed at a step; the caller closes it. */
    NDArray targetBatch(NDManager manager, int step) {
        return batch(manager, targets(), step); // (B, Dout)
    }

    private static void step(StandardRecipe recipe, NDArray inputs, NDArray targets) {
        try (inputs;
                targets) {
            recipe.step(inputs, targets);
        }
    }

    /** Rows are drawn at random, so that no two programs resample alike. */
    private static void checkNothingResampled(StandardRecipe recipe, int step) {
        if (recipe.latentsResampled() > 0) {
            throw new IllegalArgumentException(
                    "latents were resampled at random, which cannot be compared: latents=%d, step=%d"
                            .formatted(recipe.latentsResampled(), step));
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

    private NDArray batch(NDManager manager, String name, int step) {
        long rows = shape(name).get(1);
        long width = shape(name).get(2);
        float[] values = new float[Math.toIntExact(rows * width)];
        FloatBuffer all = trajectory.bytes(name).asFloatBuffer();
        all.get(step * values.length, values);
        return manager.create(values, new Shape(rows, width)); // (B, D)
    }

    /** Starts our recipe from the reference's weights. */
    StandardRecipe start(NDManager manager) {
        return StandardRecipe.start(manager, settings.spec(), weights("init."), settings.steps());
    }

    /** Starts our recipe from the reference's weights, to be stepped in a given way. */
    StandardRecipe start(NDManager manager, Function<StandardState, StandardStep> way) {
        return StandardRecipe.start(
                manager, settings.spec(), weights("init."), settings.steps(), way);
    }

    private InitialWeights weights(String prefix) {
        long size = settings.spec().dictionarySize();
        long input = shape(inputs()).get(2);
        long output = shape(targets()).get(2);
        float[] decoder = floats(prefix + "decoder.weight", output, size);
        return new InitialWeights(
                floats(prefix + "encoder.weight", size, input),
                floats(prefix + "encoder.bias", size),
                transposed(decoder, (int) output),
                floats(prefix + "bias", output));
    }

    private float[] floats(String name, Long... shape) {
        if (!shape(name).equals(List.of(shape))) {
            throw new IllegalArgumentException(
                    "reference shape mismatch: expected=%s, found=%s, tensor=%s"
                            .formatted(List.of(shape), shape(name), name));
        }
        return trajectory.floats(name);
    }

    private List<Long> shape(String name) {
        return trajectory.entry(name).shape();
    }

    /** Their decoder is (D, F), ours lies latent by latent. */
    private static float[] transposed(float[] matrix, int rows) {
        int columns = matrix.length / rows;
        float[] result = new float[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = matrix[i * columns + j];
            }
        }
        return result;
    }

    private double difference(StandardState state, String prefix) {
        InitialWeights expected = weights(prefix);
        double largest = largest(state.encoderWeight().value(), expected.encoderWeight());
        largest = Math.max(largest, largest(state.encoderBias().value(), expected.encoderBias()));
        largest =
                Math.max(largest, largest(state.decoderWeight().value(), expected.decoderWeight()));
        return Math.max(largest, largest(state.decoderBias().value(), expected.decoderBias()));
    }

    /** Returns the larger of the differences in latents and reconstruction, where there are any. */
    Optional<Double> inferenceDifference(StandardRecipe recipe, NDManager manager)
            throws IOException {
        if (!Files.exists(folder.resolve(INFERENCE))) {
            return Optional.empty();
        }
        try (TensorSource inference = SafetensorsFile.open(folder.resolve(INFERENCE));
                StandardDictionary dictionary = recipe.dictionary(manager)) {
            float[] latents = inference.floats("features");
            int rows = latents.length / dictionary.dictionarySize();
            int width = dictionary.inputDim();
            float[] x = Arrays.copyOf(inference.floats("x"), rows * width);
            try (NDArray activations = manager.create(x, new Shape(rows, width)); // (N, D)
                    NDArray ours = dictionary.encode(activations); // (N, F)
                    NDArray reconstruction = dictionary.decode(ours)) { // (N, D)
                return Optional.of(
                        Math.max(
                                largest(ours, latents),
                                largest(reconstruction, inference.floats("reconstruction"))));
            }
        }
    }

    /** Returns the largest absolute difference; no number if any of them is none. */
    private static double largest(NDArray found, float[] expected) {
        float[] values = found.toFloatArray();
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
