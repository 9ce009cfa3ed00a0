package org.lexicographer.eval.evaluator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.AffineDictionary;
import org.lexicographer.eval.metric.SparseRows;

/**
 * Decodes on the CPU at a cost of the active latents, not of the dictionary's size: x^ = b_dec +
 * the sum over active latents i of f_i W_dec[i], in the order of i.
 */
final class SparseDecoder {

    /** From one active latent in so many on, a product over all of them is faster. */
    private static final int DENSE_FROM = 16;

    private final FloatBuffer weight; // (F, Dout)
    private final float[] bias; // (Dout)
    private final int dictionarySize;

    private SparseDecoder(AffineDictionary dictionary) {
        this.weight =
                dictionary
                        .decoderWeight()
                        .toByteBuffer(true)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        this.bias = dictionary.decoderBias().toFloatArray();
        this.dictionarySize = dictionary.dictionarySize();
    }

    /**
     * Returns a dictionary's decoder; empty where there is no matrix, on a GPU, or where the matrix
     * is beyond what one buffer reaches.
     */
    static Optional<SparseDecoder> of(Dictionary dictionary) {
        if (!(dictionary instanceof AffineDictionary affine)
                || affine.decoderWeight().getDevice().isGpu()
                || affine.decoderWeight().size() > Integer.MAX_VALUE / Float.BYTES) {
            return Optional.empty();
        }
        return Optional.of(new SparseDecoder(affine));
    }

    /** Tells whether there are few enough active latents. */
    boolean suits(SparseRows latents) {
        return (long) latents.count() * DENSE_FROM < (long) latents.rows() * dictionarySize;
    }

    /**
     * Decodes rows.
     *
     * @param like an array in whose manager the result is to be
     * @return float32 (N, Dout)
     */
    NDArray decode(SparseRows latents, NDArray like) {
        int width = bias.length;
        float[] decoded = new float[latents.rows() * width];
        float[] sum = new float[width];
        float[] row = new float[width];
        for (int n = 0; n < latents.rows(); n++) {
            System.arraycopy(bias, 0, sum, 0, width);
            for (int i = latents.starts()[n]; i < latents.starts()[n + 1]; i++) {
                weight.get(latents.latents()[i] * width, row);
                add(sum, latents.values()[i], row);
            }
            System.arraycopy(sum, 0, decoded, n * width, width);
        }
        return like.getManager().create(decoded, new Shape(latents.rows(), width)); // (N, Dout)
    }

    private static void add(float[] sum, float factor, float[] row) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] += factor * row[d];
        }
    }
}
