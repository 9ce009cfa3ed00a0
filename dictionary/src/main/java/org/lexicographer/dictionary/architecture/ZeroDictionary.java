package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

/**
 * The dictionary that knows nothing: f = 0, x^ = 0. An oracle: replacing activations by its
 * reconstruction is zero ablation (loss recovered exactly 0).
 *
 * @param inputDim the width of the activations that are read, D
 * @param outputDim the width of those that are reconstructed, Dout
 * @param dictionarySize the number of latents, F, all dead
 */
public record ZeroDictionary(int inputDim, int outputDim, int dictionarySize)
        implements Dictionary {

    /** Checks the sizes. */
    public ZeroDictionary {
        if (inputDim < 1 || outputDim < 1 || dictionarySize < 1) {
            throw new DictionaryException(
                    "sizes must be positive: inputDim=%d, outputDim=%d, dictionarySize=%d"
                            .formatted(inputDim, outputDim, dictionarySize));
        }
    }

    @Override
    public NDArray encode(NDArray activations) {
        Rows.check(activations, "activation", inputDim);
        return zeros(activations, dictionarySize); // (N, F)
    }

    @Override
    public NDArray decode(NDArray latents) {
        Rows.check(latents, "latent", dictionarySize);
        return zeros(latents, outputDim); // (N, Dout)
    }

    private static NDArray zeros(NDArray like, int width) {
        Shape shape = new Shape(like.getShape().get(0), width);
        return like.getManager().zeros(shape, DataType.FLOAT32, like.getDevice()); // (N, width)
    }

    @Override
    public ZeroDictionary fold(Normalization normalization) {
        return this;
    }

    @Override
    public Architecture architecture() {
        return Architecture.ZERO;
    }

    @Override
    public void close() {
        // It has no weights.
    }
}
