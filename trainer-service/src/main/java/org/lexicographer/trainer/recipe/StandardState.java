package org.lexicographer.trainer.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lexicographer.dictionary.StandardDictionary;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * What the standard recipe holds between steps; the arrays belong to one manager.
 *
 * <p>Both weights lie latent by latent, so that all that belongs to one latent is contiguous.
 *
 * @param encoderWeight (F, D)
 * @param encoderBias (F)
 * @param decoderWeight (F, Dout): row i is the decoder column of latent i
 * @param decoderBias (Dout)
 * @param silentSteps (F): for how many steps each latent has been silent in a row
 */
record StandardState(
        Parameter encoderWeight,
        Parameter encoderBias,
        Parameter decoderWeight,
        Parameter decoderBias,
        NDArray silentSteps) {

    private static final String SILENT_STEPS = "silentSteps";

    static StandardState of(NDManager manager, InitialWeights weights) {
        int size = weights.encoderBias().length;
        int input = weights.encoderWeight().length / size;
        int output = weights.decoderBias().length;
        Shape encoder = new Shape(size, input);
        Shape decoder = new Shape(size, output);
        return new StandardState(
                Parameter.of(manager, "encoderWeight", weights.encoderWeight(), encoder),
                Parameter.of(manager, "encoderBias", weights.encoderBias(), new Shape(size)),
                Parameter.of(manager, "decoderWeight", weights.decoderWeight(), decoder),
                Parameter.of(manager, "decoderBias", weights.decoderBias(), new Shape(output)),
                manager.zeros(new Shape(size), DataType.FLOAT32)); // (F)
    }

    int inputDim() {
        return (int) encoderWeight.value().getShape().get(1);
    }

    int outputDim() {
        return (int) decoderWeight.value().getShape().get(1);
    }

    int dictionarySize() {
        return (int) encoderBias.value().getShape().get(0);
    }

    /** The decoder bias is also subtracted from the input where the widths allow it. */
    boolean tiedBias() {
        return inputDim() == outputDim();
    }

    List<Parameter> parameters() {
        return List.of(encoderWeight, encoderBias, decoderWeight, decoderBias);
    }

    StandardDictionary dictionary(NDManager owner) {
        NDArray encoder = transposed(encoderWeight.value()); // (D, F)
        NDArray bias = encoderBias.value().duplicate(); // (F)
        NDArray decoder = decoderWeight.value().duplicate(); // (F, Dout)
        NDArray outputBias = decoderBias.value().duplicate(); // (Dout)
        List.of(encoder, bias, decoder, outputBias).forEach(array -> array.attach(owner));
        return new StandardDictionary(encoder, bias, decoder, outputBias, tiedBias());
    }

    /** Copies a matrix (F, D) into one (D, F) that lies row by row, as files have it. */
    private static NDArray transposed(NDArray matrix) {
        Shape shape = matrix.getShape();
        try (NDArray view = matrix.transpose(); // (D, F)
                NDArray flat = view.flatten(); // (D * F)
                NDArray rows = flat.reshape(shape.get(1), shape.get(0))) { // (D, F)
            return rows.duplicate(); // (D, F)
        }
    }

    void save(SafetensorsWriter writer, String prefix) {
        parameters().forEach(parameter -> parameter.save(writer, prefix));
        Parameter.add(writer, prefix + SILENT_STEPS, silentSteps);
    }

    void restore(TensorSource tensors, String prefix) {
        parameters().forEach(parameter -> parameter.restore(tensors, prefix));
        Parameter.fill(silentSteps, tensors, prefix + SILENT_STEPS);
    }
}
