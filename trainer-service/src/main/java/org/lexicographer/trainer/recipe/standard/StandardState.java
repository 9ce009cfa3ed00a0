package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.objective.AffineWeights;
import org.lexicographer.trainer.recipe.objective.InitialWeights;
import org.lexicographer.trainer.recipe.update.Parameter;

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
public record StandardState(
        Parameter encoderWeight,
        Parameter encoderBias,
        Parameter decoderWeight,
        Parameter decoderBias,
        NDArray silentSteps) {

    private static final String SILENT_STEPS = "silentSteps";

    /** Returns the state that starts from the weights; the manager owns its arrays. */
    public static StandardState of(NDManager manager, InitialWeights weights) {
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

    /** Returns the width of what is read, D. */
    public int inputDim() {
        return (int) encoderWeight.value().getShape().get(1);
    }

    /** Returns the width of what is reconstructed, Dout. */
    public int outputDim() {
        return (int) decoderWeight.value().getShape().get(1);
    }

    /** Returns the number of latents, F. */
    public int dictionarySize() {
        return (int) encoderBias.value().getShape().get(0);
    }

    /** The decoder bias is also subtracted from the input where the widths allow it. */
    public boolean tiedBias() {
        return inputDim() == outputDim();
    }

    /** Returns everything that is trained. */
    public List<Parameter> parameters() {
        return List.of(encoderWeight, encoderBias, decoderWeight, decoderBias);
    }

    /** Returns a copy of the dictionary; its arrays belong to the owner. */
    public StandardDictionary dictionary(NDManager owner) {
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

    /** Returns the weights without those that only this state has; the arrays are the same. */
    AffineWeights affine() {
        return new AffineWeights(encoderWeight, decoderWeight, decoderBias, tiedBias());
    }

    /** Returns how many latents were silent in more than so many steps in a row. */
    public int silentLongerThan(int steps) {
        float[] silent = silentSteps.toFloatArray();
        int count = 0;
        for (float number : silent) {
            count += number > steps ? 1 : 0;
        }
        return count;
    }

    /**
     * Counts a step for the latents (B, F) that are silent in every row; its arrays go to the
     * latents' manager.
     */
    void countSilent(NDArray latents) {
        NDArray still = latents.max(new int[] {0}).lte(0).toType(DataType.FLOAT32, false); // (F)
        silentSteps.addi(1).muli(still);
    }

    void saveSilentSteps(SafetensorsWriter writer, String prefix) {
        Parameter.add(writer, prefix + SILENT_STEPS, silentSteps);
    }

    void restoreSilentSteps(TensorSource tensors, String prefix) {
        Parameter.fill(silentSteps, tensors, prefix + SILENT_STEPS);
    }

    /** Adds everything to a checkpoint. */
    public void save(SafetensorsWriter writer, String prefix) {
        parameters().forEach(parameter -> parameter.save(writer, prefix));
        saveSilentSteps(writer, prefix);
    }

    /** Takes over what {@link #save} added. */
    public void restore(TensorSource tensors, String prefix) {
        parameters().forEach(parameter -> parameter.restore(tensors, prefix));
        restoreSilentSteps(tensors, prefix);
    }
}
