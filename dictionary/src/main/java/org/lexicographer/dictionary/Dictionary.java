package org.lexicographer.dictionary;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * Turns activations (N, D) into sparse latents (N, F) and latents into a reconstruction (N, Dout).
 *
 * <p>Every result belongs to the manager of the array it was computed from, is never an argument
 * itself, and may be closed on its own; no other array stays there. A dictionary owns its weights
 * and releases them in {@link #close}. Threads may share a dictionary.
 */
public interface Dictionary extends AutoCloseable {

    /**
     * Returns the latents of activations.
     *
     * @param activations float32 (N, D)
     * @return float32 (N, F), none negative unless the architecture says otherwise
     * @throws DictionaryException when the width is not {@link #inputDim}
     */
    NDArray encode(NDArray activations);

    /**
     * Returns the activations that latents stand for.
     *
     * @param latents float32 (N, F)
     * @return float32 (N, Dout)
     * @throws DictionaryException when the width is not {@link #dictionarySize}
     */
    NDArray decode(NDArray latents);

    /**
     * Returns what decoding the latents of activations gives.
     *
     * @param activations float32 (N, D)
     * @return float32 (N, Dout)
     * @throws DictionaryException when the width is not {@link #inputDim}
     */
    default NDArray reconstruct(NDArray activations) {
        try (NDArray latents = encode(activations)) { // (N, F)
            return decode(latents); // (N, Dout)
        }
    }

    /**
     * Returns the dictionary that does on raw activations what this one does on normalised ones:
     * its reconstruction of x is {@code target} times this one's reconstruction of x / {@code
     * input}, and its latents are {@code target} times this one's. Decoder columns keep their norm.
     * The result owns its own arrays, in the same manager.
     */
    Dictionary fold(Normalization normalization);

    /** Returns which formula this dictionary follows. */
    Architecture architecture();

    /** Returns how active latents are chosen; empty outside the top-k family. */
    default Optional<ActiveLatents> activeLatents() {
        return Optional.empty();
    }

    /** Returns the width of the activations that are read, D. */
    int inputDim();

    /** Returns the width of the activations that are reconstructed, Dout. */
    int outputDim();

    /** Returns the number of latents, F. */
    int dictionarySize();

    /** Releases the weights. */
    @Override
    void close();
}
