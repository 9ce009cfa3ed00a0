package org.lexicographer.dictionary.architecture;

import ai.djl.ndarray.NDArray;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

/**
 * The dictionary that loses nothing: f = x, x^ = f. An oracle: whatever a metric measures, this is
 * its best value (loss recovered exactly 1). Latents may be negative.
 *
 * @param inputDim the width of the activations, D = Dout = F
 */
public record IdentityDictionary(int inputDim) implements Dictionary {

    /** Checks the width. */
    public IdentityDictionary {
        if (inputDim < 1) {
            throw new DictionaryException("width must be positive: inputDim=" + inputDim);
        }
    }

    @Override
    public NDArray encode(NDArray activations) {
        Rows.check(activations, "activation", inputDim);
        return activations.duplicate(); // (N, D)
    }

    @Override
    public NDArray decode(NDArray latents) {
        Rows.check(latents, "latent", inputDim);
        return latents.duplicate(); // (N, D)
    }

    @Override
    public IdentityDictionary fold(Normalization normalization) {
        if (normalization.input() != normalization.target()) {
            throw new DictionaryException(
                    "the identity cannot change scale: input=%s, target=%s"
                            .formatted(normalization.input(), normalization.target()));
        }
        return this;
    }

    @Override
    public Architecture architecture() {
        return Architecture.IDENTITY;
    }

    @Override
    public int outputDim() {
        return inputDim;
    }

    @Override
    public int dictionarySize() {
        return inputDim;
    }

    @Override
    public void close() {
        // It has no weights.
    }
}
