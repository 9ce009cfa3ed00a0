package org.lexicographer.dictionary;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.List;

/**
 * The standard sparse autoencoder: f = ReLU((x - [b_dec]) W_enc + b_enc), x^ = f W_dec + b_dec.
 *
 * <p>x is (N, D), W_enc (D, F), b_enc (F), W_dec (F, Dout), b_dec (Dout). Whether b_dec is
 * subtracted from the input is a property of the dictionary: it is for autoencoders (Bricken et
 * al., Towards Monosemanticity, 2023, appendix "Architecture"; dictionary_learning's AutoEncoder),
 * and needs D = Dout; where input and target have different widths or scales, b_enc has absorbed
 * it.
 */
public final class StandardDictionary implements Dictionary {

    private final NDArray encoderWeight; // (D, F)
    private final NDArray encoderBias; // (F)
    private final NDArray decoderWeight; // (F, Dout)
    private final NDArray decoderBias; // (Dout)
    private final boolean subtractDecoderBias;

    /**
     * Takes over the arrays, all float32, and closes them with itself.
     *
     * @param encoderWeight W_enc (D, F)
     * @param encoderBias b_enc (F)
     * @param decoderWeight W_dec (F, Dout)
     * @param decoderBias b_dec (Dout)
     * @param subtractDecoderBias whether b_dec is subtracted from the input
     * @throws DictionaryException when the shapes do not fit together
     */
    public StandardDictionary(
            NDArray encoderWeight,
            NDArray encoderBias,
            NDArray decoderWeight,
            NDArray decoderBias,
            boolean subtractDecoderBias) {
        this.encoderWeight = requireNonNull(encoderWeight, "encoderWeight is null");
        this.encoderBias = requireNonNull(encoderBias, "encoderBias is null");
        this.decoderWeight = requireNonNull(decoderWeight, "decoderWeight is null");
        this.decoderBias = requireNonNull(decoderBias, "decoderBias is null");
        this.subtractDecoderBias = subtractDecoderBias;
        checkShapes();
    }

    private void checkShapes() {
        long size = encoderBias.getShape().size();
        long output = decoderBias.getShape().size();
        check("encoderBias", encoderBias, new Shape(size));
        check("decoderBias", decoderBias, new Shape(output));
        check("decoderWeight", decoderWeight, new Shape(size, output));
        long input = encoderWeight.getShape().get(0);
        check("encoderWeight", encoderWeight, new Shape(input, size));
        if (subtractDecoderBias && input != output) {
            throw new DictionaryException(
                    "decoder bias cannot be subtracted from an input of another width: inputDim=%d, outputDim=%d"
                            .formatted(input, output));
        }
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
    public NDArray encode(NDArray activations) {
        Rows.check(activations, "activation", inputDim());
        try (NDArray preActivations = preActivations(activations)) { // (N, F)
            preActivations.addi(encoderBias);
            return Activation.relu(preActivations); // (N, F)
        }
    }

    private NDArray preActivations(NDArray activations) {
        if (!subtractDecoderBias) {
            return activations.matMul(encoderWeight); // (N, F)
        }
        try (NDArray centred = activations.sub(decoderBias)) { // (N, D)
            return centred.matMul(encoderWeight); // (N, F)
        }
    }

    @Override
    public NDArray decode(NDArray latents) {
        Rows.check(latents, "latent", dictionarySize());
        return latents.matMul(decoderWeight).addi(decoderBias); // (N, Dout)
    }

    @Override
    public StandardDictionary fold(Normalization normalization) {
        float target = (float) normalization.target();
        if (normalization.input() == normalization.target()) {
            return new StandardDictionary(
                    encoderWeight.duplicate(), // (D, F)
                    encoderBias.mul(target), // (F)
                    decoderWeight.duplicate(), // (F, Dout)
                    decoderBias.mul(target), // (Dout)
                    subtractDecoderBias);
        }
        return new StandardDictionary(
                encoderWeight.mul((float) (normalization.target() / normalization.input())),
                absorbedBias().muli(target), // (F)
                decoderWeight.duplicate(), // (F, Dout)
                decoderBias.mul(target), // (Dout)
                false);
    }

    /** Returns b_enc - b_dec W_enc where b_dec is subtracted from the input, else b_enc. */
    private NDArray absorbedBias() {
        if (!subtractDecoderBias) {
            return encoderBias.duplicate(); // (F)
        }
        try (NDArray row = decoderBias.reshape(1, outputDim()); // (1, D)
                NDArray shift = row.matMul(encoderWeight); // (1, F)
                NDArray flat = shift.reshape(dictionarySize())) { // (F)
            return encoderBias.sub(flat); // (F)
        }
    }

    /** Returns W_enc (D, F), which stays this dictionary's. */
    public NDArray encoderWeight() {
        return encoderWeight;
    }

    /** Returns b_enc (F), which stays this dictionary's. */
    public NDArray encoderBias() {
        return encoderBias;
    }

    /** Returns W_dec (F, Dout), which stays this dictionary's. */
    public NDArray decoderWeight() {
        return decoderWeight;
    }

    /** Returns b_dec (Dout), which stays this dictionary's. */
    public NDArray decoderBias() {
        return decoderBias;
    }

    /** Tells whether b_dec is subtracted from the input. */
    public boolean subtractDecoderBias() {
        return subtractDecoderBias;
    }

    @Override
    public Architecture architecture() {
        return Architecture.STANDARD;
    }

    @Override
    public int inputDim() {
        return (int) encoderWeight.getShape().get(0);
    }

    @Override
    public int outputDim() {
        return (int) decoderBias.getShape().get(0);
    }

    @Override
    public int dictionarySize() {
        return (int) encoderBias.getShape().get(0);
    }

    @Override
    public void close() {
        List.of(encoderWeight, encoderBias, decoderWeight, decoderBias).forEach(NDArray::close);
    }
}
