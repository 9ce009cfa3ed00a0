package org.lexicographer.dictionary.architecture;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

/**
 * A dictionary whose encoder starts with a matrix product and whose decoder is affine: z = x W_enc
 * or z = (x - b_dec) W_enc, f = g(z), x^ = f W_dec + b_dec. Each subclass has a g of its own.
 *
 * <p>x is (N, D), W_enc (D, F), W_dec (F, Dout), b_dec (Dout). Whether b_dec is subtracted from the
 * input is a property of the dictionary; where it is, D = Dout. Formulas write this as x - [b_dec].
 *
 * <p>Scaling z, the biases and the thresholds of any g here by one factor scales its latents by
 * that factor. So {@link #fold} has to scale nothing but biases and thresholds.
 */
public abstract sealed class AffineDictionary implements Dictionary
        permits StandardDictionary, GatedDictionary, TopKDictionary, JumpReluDictionary {

    private final NDArray encoderWeight; // (D, F)
    private final NDArray decoderWeight; // (F, Dout)
    private final NDArray decoderBias; // (Dout)
    private final boolean subtractDecoderBias;

    AffineDictionary(
            NDArray encoderWeight,
            NDArray decoderWeight,
            NDArray decoderBias,
            boolean subtractDecoderBias) {
        this.encoderWeight = requireNonNull(encoderWeight, "encoderWeight is null");
        this.decoderWeight = requireNonNull(decoderWeight, "decoderWeight is null");
        this.decoderBias = requireNonNull(decoderBias, "decoderBias is null");
        this.subtractDecoderBias = subtractDecoderBias;
        checkShapes();
    }

    private void checkShapes() {
        long output = decoderBias.getShape().size();
        check("decoderBias", decoderBias, new Shape(output));
        if (encoderWeight.getShape().dimension() != 2) {
            throw new DictionaryException(
                    "weight shape mismatch: expected=(D, F), found=%s, weight=encoderWeight"
                            .formatted(encoderWeight.getShape()));
        }
        check("encoderWeight", encoderWeight, encoderWeight.getShape());
        check("decoderWeight", decoderWeight, new Shape(dictionarySize(), output));
        if (subtractDecoderBias && inputDim() != output) {
            throw new DictionaryException(
                    "decoder bias cannot be subtracted from an input of another width: inputDim=%d, outputDim=%d"
                            .formatted(inputDim(), output));
        }
    }

    /** Checks a weight that has one value per latent, and returns it. */
    final NDArray perLatent(String name, NDArray array) {
        check(name, requireNonNull(array, name + " is null"), new Shape(dictionarySize()));
        return array;
    }

    private static void check(String name, NDArray array, Shape expected) {
        if (!array.getShape().equals(expected)) {
            throw new DictionaryException(
                    "weight shape mismatch: expected=%s, found=%s, weight=%s"
                            .formatted(expected, array.getShape(), name));
        }
        if (array.getDataType() != DataType.FLOAT32) {
            throw new DictionaryException(
                    "weight type mismatch: expected=float32, found=%s, weight=%s"
                            .formatted(array.getDataType(), name));
        }
    }

    @Override
    public final NDArray encode(NDArray activations) {
        Rows.check(activations, "activation", inputDim());
        NDManager owner = activations.getManager();
        // Whatever is computed from an array belongs to its manager: all goes with the scope.
        try (NDManager scope = owner.newSubManager()) {
            NDArray products = products(activations); // (N, F)
            products.attach(scope);
            NDArray latents = latents(products); // (N, F)
            latents.attach(owner);
            return latents;
        }
    }

    private NDArray products(NDArray activations) {
        if (!subtractDecoderBias) {
            return activations.matMul(encoderWeight); // (N, F)
        }
        try (NDArray centred = activations.sub(decoderBias)) { // (N, D)
            return centred.matMul(encoderWeight); // (N, F)
        }
    }

    /**
     * Returns g(z). What it computes on the way may be left in the manager of the argument, and the
     * argument may be changed.
     *
     * @param products z (N, F)
     * @return f (N, F), which may be the argument
     */
    abstract NDArray latents(NDArray products);

    @Override
    public final NDArray decode(NDArray latents) {
        Rows.check(latents, "latent", dictionarySize());
        return latents.matMul(decoderWeight).addi(decoderBias); // (N, Dout)
    }

    /** Returns W_enc of the folded dictionary, a new array. */
    final NDArray foldedEncoderWeight(Normalization normalization) {
        return normalization.input() == normalization.target()
                ? encoderWeight.duplicate() // (D, F)
                : encoderWeight.mul(
                        (float) (normalization.target() / normalization.input())); // (D, F)
    }

    /** Returns a bias that is added to z, as the folded dictionary has it, a new array. */
    final NDArray foldedBias(NDArray bias, Normalization normalization) {
        try (NDArray shift = shift(normalization); // (F)
                NDArray absorbed = bias.add(shift)) { // (F)
            return absorbed.mul((float) normalization.target()); // (F)
        }
    }

    /**
     * Returns what biases absorb: - b_dec W_enc where b_dec is subtracted from the input and cannot
     * be any more, because input and target have different scales; else 0.
     */
    final NDArray shift(Normalization normalization) {
        if (subtractDecoderBias == subtractsWhenFolded(normalization)) {
            return encoderWeight.getManager().zeros(new Shape(dictionarySize())); // (F)
        }
        try (NDArray row = decoderBias.reshape(1, outputDim()); // (1, D)
                NDArray product = row.matMul(encoderWeight); // (1, F)
                NDArray flat = product.reshape(dictionarySize())) { // (F)
            return flat.neg(); // (F)
        }
    }

    /** Returns b_dec of the folded dictionary, a new array. */
    final NDArray foldedDecoderBias(Normalization normalization) {
        return decoderBias.mul((float) normalization.target()); // (Dout)
    }

    /** Tells whether the folded dictionary subtracts b_dec from its input. */
    final boolean subtractsWhenFolded(Normalization normalization) {
        return subtractDecoderBias && normalization.input() == normalization.target();
    }

    /** Returns W_enc (D, F), which stays this dictionary's. */
    public final NDArray encoderWeight() {
        return encoderWeight;
    }

    /** Returns W_dec (F, Dout), which stays this dictionary's. */
    public final NDArray decoderWeight() {
        return decoderWeight;
    }

    /** Returns b_dec (Dout), which stays this dictionary's. */
    public final NDArray decoderBias() {
        return decoderBias;
    }

    /** Tells whether b_dec is subtracted from the input. */
    public final boolean subtractDecoderBias() {
        return subtractDecoderBias;
    }

    @Override
    public final int inputDim() {
        return (int) encoderWeight.getShape().get(0);
    }

    @Override
    public final int outputDim() {
        return (int) decoderBias.getShape().get(0);
    }

    @Override
    public final int dictionarySize() {
        return (int) encoderWeight.getShape().get(1);
    }

    /** Returns the weights with one value per latent, all of them (F). */
    abstract List<NDArray> latentWeights();

    @Override
    public final void close() {
        latentWeights().forEach(NDArray::close);
        List.of(encoderWeight, decoderWeight, decoderBias).forEach(NDArray::close);
    }
}
