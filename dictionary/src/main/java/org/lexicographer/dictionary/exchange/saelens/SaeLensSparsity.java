package org.lexicographer.dictionary.exchange.saelens;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.exchange.folder.TensorFiles;

/**
 * SAELens's optional {@code sparsity.safetensors}: one tensor {@code sparsity} (F), float32, log10
 * of the share of tokens on which each latent is active, plus 1e-10.
 */
public final class SaeLensSparsity {

    /** The name of the file in a SAELens folder. */
    public static final String FILE = "sparsity.safetensors";

    private static final String TENSOR = "sparsity";
    private static final double SMALLEST = 1e-10;

    /** The logarithm of 1 is stored in float32. */
    private static final double ROUNDING = 1e-6;

    private SaeLensSparsity() {}

    /**
     * Returns the bytes of the file.
     *
     * @param frequencies the share of tokens, 0 to 1, on which each latent is active (F)
     */
    public static byte[] write(double[] frequencies) {
        float[] logs = new float[frequencies.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log10(frequencies[i] + SMALLEST);
        }
        return TensorFiles.write(Map.of(TENSOR, new Weight(List.of((long) logs.length), logs)))
                .bytes();
    }

    /**
     * Returns the share of tokens, 0 to 1, on which each latent is active (F).
     *
     * @throws DictionaryException when the bytes are no such file
     */
    public static double[] read(byte[] bytes) {
        Weight logs = TensorFiles.read(FILE, ByteBuffer.wrap(bytes), Set.of(TENSOR)).get(TENSOR);
        if (logs == null || logs.shape().size() != 1) {
            throw new DictionaryException("tensor missing: expected=sparsity (F), file=" + FILE);
        }
        double[] frequencies = new double[logs.values().length];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.max(0, Math.pow(10, logs.values()[i]) - SMALLEST);
        }
        return frequencies;
    }

    /**
     * Checks the bytes of the file of a dictionary.
     *
     * @param dictionarySize the number of its latents, F
     * @throws DictionaryException when they are no such file, or one of another dictionary
     */
    public static void check(byte[] bytes, int dictionarySize) {
        double[] frequencies = read(bytes);
        if (frequencies.length != dictionarySize) {
            throw new DictionaryException(
                    "size mismatch: latents=%d, sparsity=%d, file=%s"
                            .formatted(dictionarySize, frequencies.length, FILE));
        }
        for (int i = 0; i < frequencies.length; i++) {
            if (!(frequencies[i] >= 0 && frequencies[i] <= 1 + ROUNDING)) {
                throw new DictionaryException(
                        "share of tokens out of range: latent=%d, found=%s, file=%s"
                                .formatted(i, frequencies[i], FILE));
            }
        }
    }
}
