package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * What all architectures have: z = (x - [b]) W_e' and x^ = f W_d + b, where b is subtracted from
 * the input or not. Both weights lie latent by latent.
 *
 * @param encoderWeight W_e (F, D)
 * @param decoderWeight W_d (F, Dout): row i is the decoder column of latent i
 * @param decoderBias b (Dout)
 * @param subtracted whether b is subtracted from the input
 */
public record AffineWeights(
        Parameter encoderWeight,
        Parameter decoderWeight,
        Parameter decoderBias,
        boolean subtracted) {

    /** Returns the weights of a start; the manager owns their arrays. */
    public static AffineWeights of(NDManager manager, Start start) {
        InitialWeights weights = start.weights();
        int size = weights.dictionarySize();
        Shape encoder = new Shape(size, weights.inputDim());
        Shape decoder = new Shape(size, weights.outputDim());
        Shape bias = new Shape(weights.outputDim());
        return new AffineWeights(
                Parameter.of(manager, "encoderWeight", weights.encoderWeight(), encoder),
                Parameter.of(manager, "decoderWeight", weights.decoderWeight(), decoder),
                Parameter.of(manager, "decoderBias", weights.decoderBias(), bias),
                start.subtracted());
    }

    /** Returns a parameter with one value per latent (F); the manager owns its arrays. */
    public Parameter perLatent(NDManager manager, String name, float[] values) {
        return Parameter.of(manager, name, values, new Shape(dictionarySize()));
    }

    public int inputDim() {
        return (int) encoderWeight.value().getShape().get(1);
    }

    public int outputDim() {
        return (int) decoderWeight.value().getShape().get(1);
    }

    public int dictionarySize() {
        return (int) decoderWeight.value().getShape().get(0);
    }

    /** Returns x - b, or x itself where b is not subtracted. */
    public NDArray centred(NDArray inputs) {
        return subtracted ? inputs.sub(decoderBias.value()) : inputs; // (B, D)
    }

    /** Returns z. */
    public NDArray products(NDArray centred) {
        return centred.matMul(encoderWeight.value().transpose()); // (B, F)
    }

    /** Returns z with a bias (F) added, in one operation. */
    public NDArray products(NDArray centred, NDArray bias) {
        return Linear.linear(centred, encoderWeight.value(), bias).singletonOrThrow(); // (B, F)
    }

    /** Returns x^ without b. */
    public NDArray combine(NDArray latents) {
        return latents.matMul(decoderWeight.value()); // (B, Dout)
    }

    /** Returns x^. */
    public NDArray decode(NDArray latents) {
        return combine(latents).addi(decoderBias.value()); // (B, Dout)
    }

    /** Returns the gradient at the latents that a gradient at x^ leads to. */
    public NDArray latentGradient(NDArray outputGradient) {
        return outputGradient.matMul(decoderWeight.value().transpose()); // (B, F)
    }

    /**
     * Adds the gradients of W_e and b.
     *
     * @param centred x - [b] (B, D)
     * @param productGradient dL/dz (B, F)
     * @param outputGradient what x^ + b leads to at b through the output, summed over whatever it
     *     is added to (B, Dout)
     */
    public void addGradients(
            Gradients gradients, NDArray centred, NDArray productGradient, NDArray outputGradient) {
        gradients.with(encoderWeight, productGradient.transpose().matMul(centred)); // (F, D)
        NDArray bias = outputGradient.sum(new int[] {0}); // (Dout)
        if (subtracted) {
            NDArray sums = productGradient.sum(new int[] {0}); // (F)
            NDArray row = sums.reshape(1, dictionarySize()); // (1, F)
            bias.subi(row.matMul(encoderWeight.value()).reshape(inputDim())); // (Dout)
        }
        gradients.with(decoderBias, bias);
    }

    /** Returns the gradient at W_d of latents (B, F) whose sum gets a gradient (B, Dout). */
    public static NDArray decoderGradient(NDArray latents, NDArray outputGradient) {
        return latents.transpose().matMul(outputGradient); // (F, Dout)
    }

    /** Returns all parameters of a dictionary that has some more. */
    List<Parameter> parametersWith(List<Parameter> perLatent) {
        List<Parameter> all = new ArrayList<>(List.of(encoderWeight, decoderWeight, decoderBias));
        all.addAll(perLatent);
        return List.copyOf(all);
    }

    /**
     * Returns a dictionary.
     *
     * @param owner the manager that its arrays belong to
     * @param activeLatents how it chooses active latents, in the top-k family
     * @param weights all of its weights
     */
    Dictionary assemble(
            NDManager owner,
            Architecture architecture,
            Optional<ActiveLatents> activeLatents,
            Map<String, Weight> weights) {
        DictionaryShape shape =
                new DictionaryShape(
                        architecture,
                        inputDim(),
                        outputDim(),
                        dictionarySize(),
                        subtracted,
                        activeLatents);
        return DictionaryWeights.assemble(owner, shape, weights);
    }
}
