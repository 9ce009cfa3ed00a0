package org.lexicographer.trainer.verification;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.exchange.dictionarylearning.DictionaryLearningClass;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.TensorEntry;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * What another program trained on and came to, step by step: {@code init.*}, {@code batches} (S, B,
 * D) or {@code batches_in} and {@code batches_out}, and {@code after_{n}.*} after n updates.
 */
final class Trajectory implements AutoCloseable {

    private static final String START = "init.";
    private static final String AFTER = "after_";
    private static final Pattern SNAPSHOT = Pattern.compile(AFTER + "(\\d{1,9})\\..+");

    private final TensorSource tensors;

    private Trajectory(TensorSource tensors) {
        this.tensors = tensors;
    }

    static Trajectory open(Path file) throws IOException {
        return new Trajectory(SafetensorsFile.open(file));
    }

    /**
     * Checks the batches.
     *
     * @throws IllegalArgumentException when they have other types or shapes than those stated here
     */
    void checkBatches() {
        for (String name : List.of(inputs(), targets())) {
            TensorEntry entry = tensors.entry(name);
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

    /** Returns F, the length of whichever weights with one value per latent there are. */
    int dictionarySize() {
        for (String name : List.of("encoder.bias", "gate_bias", "b_enc")) {
            if (tensors.names().contains(START + name)) {
                return (int) tensors.entry(START + name).elements();
            }
        }
        throw new IllegalArgumentException("no initial weights: tensors=" + tensors.names());
    }

    /** Returns the shape (S, B, D) of the batches that are read. */
    List<Long> batchShape() {
        return shape(inputs());
    }

    private String inputs() {
        return tensors.names().contains("batches_in") ? "batches_in" : "batches";
    }

    private String targets() {
        return tensors.names().contains("batches_out") ? "batches_out" : "batches";
    }

    /** Returns what is read at a step, (B, D); the caller closes it. */
    NDArray inputs(NDManager manager, int step, RowOrder order) {
        return batch(manager, inputs(), step, order);
    }

    /** Returns what is to be reconstructed at a step, (B, Dout); the caller closes it. */
    NDArray targets(NDManager manager, int step, RowOrder order) {
        return batch(manager, targets(), step, order);
    }

    private NDArray batch(NDManager manager, String name, int step, RowOrder order) {
        long rows = shape(name).get(1);
        long width = shape(name).get(2);
        float[] values = new float[Math.toIntExact(rows * width)];
        FloatBuffer all = tensors.bytes(name).asFloatBuffer();
        all.get(step * values.length, values);
        return manager.create(order.apply(values, (int) width), new Shape(rows, width)); // (B, D)
    }

    /** Returns the numbers of updates after which there are weights. */
    NavigableSet<Integer> snapshots() {
        NavigableSet<Integer> snapshots = new TreeSet<>();
        for (String name : tensors.names()) {
            Matcher matcher = SNAPSHOT.matcher(name);
            if (matcher.matches()) {
                snapshots.add(Integer.parseInt(matcher.group(1)));
            }
        }
        long batches = batchShape().getFirst();
        if (snapshots.isEmpty() || snapshots.first() < 1 || snapshots.last() > batches) {
            throw new IllegalArgumentException(
                    "snapshots do not fit the batches: snapshots=%s, batches=%d"
                            .formatted(snapshots, batches));
        }
        return snapshots;
    }

    /**
     * Returns the weights at the start as dictionaries have them, once their shapes are checked.
     */
    Map<String, Weight> initialWeights(DictionaryLearningClass type) {
        return weights(type, START);
    }

    /** Returns the weights after so many updates as dictionaries have them. */
    Map<String, Weight> weightsAfter(DictionaryLearningClass type, int updates) {
        return weights(type, after(updates));
    }

    /** Returns the threshold after so many updates, which the top-k family has learned. */
    float thresholdAfter(int updates) {
        return tensors.floats(after(updates) + "threshold")[0];
    }

    private static String after(int updates) {
        return AFTER + updates + ".";
    }

    private Map<String, Weight> weights(DictionaryLearningClass type, String prefix) {
        Map<String, Weight> weights = type.weights(name -> weight(prefix + name));
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
        return new Weight(shape(name), tensors.floats(name));
    }

    private List<Long> shape(String name) {
        return tensors.entry(name).shape();
    }

    @Override
    public void close() {
        tensors.close();
    }
}
