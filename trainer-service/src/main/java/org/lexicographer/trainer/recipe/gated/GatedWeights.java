package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Masks;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.RecipeState.Counter;
import org.lexicographer.trainer.recipe.loss.RecipeState.Form;
import org.lexicographer.trainer.recipe.loss.ReluStep;
import org.lexicographer.trainer.recipe.loss.Start;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * The weights of a gated dictionary, with the forward and the backward pass of a batch
 * (Rajamanoharan et al., <a href="https://arxiv.org/abs/2404.16014">Improving Dictionary Learning
 * with Gated Sparse Autoencoders</a>, 2024, section 3).
 *
 * <pre>
 *   z = W_e (x - [b]),  h = ReLU(z + b_g),  m = exp(r) z + b_m
 *   f = 1[h > 0] ReLU(m),  x^ = W_d f + b,  e = x^ - y
 *   a = W_d h + b - y                     with W_d and b taken as constants
 *   loss = 1 / B sum e^2 + s(t) lambda P(h) + 1 / B sum a^2
 *
 *   dL/dm   = 1[h > 0] 1[m > 0] W_d' 2 / B e
 *   dL/dh   = 1[h > 0] (W_d' 2 / B a + s(t) lambda dP/dh)
 *   dL/dz   = exp(r) dL/dm + dL/dh
 *   dL/dr   = sum exp(r) z dL/dm          dL/db_m = sum dL/dm     dL/db_g = sum dL/dh
 *   dL/dW_d = sum f 2 / B e
 * </pre>
 *
 * @param affine W_e, W_d and b
 * @param magnitudeScale r (F)
 * @param gateBias b_g (F)
 * @param magnitudeBias b_m (F)
 */
record GatedWeights(
        AffineWeights affine,
        Parameter magnitudeScale,
        Parameter gateBias,
        Parameter magnitudeBias) {

    static GatedWeights of(NDManager manager, Start start) {
        AffineWeights affine = AffineWeights.of(manager, start);
        float[] zeros = new float[affine.dictionarySize()];
        Map<String, float[]> given = start.weights().perLatent();
        return new GatedWeights(
                affine,
                affine.perLatent(
                        manager,
                        "magnitudeScale",
                        given.getOrDefault(DictionaryWeights.MAGNITUDE_SCALE, zeros)),
                affine.perLatent(
                        manager,
                        "gateBias",
                        given.getOrDefault(DictionaryWeights.GATE_BIAS, zeros)),
                affine.perLatent(
                        manager,
                        "magnitudeBias",
                        given.getOrDefault(DictionaryWeights.MAGNITUDE_BIAS, zeros)));
    }

    /**
     * The forward pass of a batch.
     *
     * @param centred x - [b] (B, D)
     * @param products z (B, F)
     * @param gates h (B, F)
     * @param latents f (B, F)
     * @param error e (B, Dout)
     */
    record Forward(
            NDArray centred, NDArray products, NDArray gates, NDArray latents, NDArray error) {

        double squaredError(Batch batch) {
            return ReluStep.sum(error.square()) / batch.rows();
        }

        double l0(Batch batch) {
            return ReluStep.sum(latents.sign()) / batch.rows();
        }
    }

    Forward forward(Batch batch) {
        NDArray centred = affine.centred(batch.inputs()); // (B, D)
        NDArray products = affine.products(centred); // (B, F)
        NDArray gates = Activation.relu(products.add(gateBias.value())); // (B, F)
        NDArray magnitudes =
                products.mul(magnitudeScale.value().exp()).addi(magnitudeBias.value()); // (B, F)
        NDArray latents = Activation.relu(magnitudes).muli(gates.sign()); // (B, F)
        NDArray error = affine.decode(latents).subi(batch.targets()); // (B, Dout)
        return new Forward(centred, products, gates, latents, error);
    }

    /**
     * Returns all gradients.
     *
     * @param penaltyGradient s(t) lambda dP/dh (B, F); values where h is 0 do not matter
     */
    Gradients backward(Batch batch, Forward forward, NDArray penaltyGradient) {
        NDArray outputGradient = forward.error().mul(2f / batch.rows()); // (B, Dout)
        NDArray magnitudeGradient =
                affine.latentGradient(outputGradient).muli(forward.latents().sign()); // (B, F)
        NDArray attempt =
                affine.decode(forward.gates())
                        .subi(batch.targets())
                        .muli(2f / batch.rows()); // (B, Dout)
        NDArray gateGradient =
                Masks.keep(
                        forward.gates().sign(),
                        affine.latentGradient(attempt).addi(penaltyGradient)); // (B, F)
        NDArray scaled = magnitudeGradient.mul(magnitudeScale.value().exp()); // (B, F)
        NDArray scaleGradient = forward.products().mul(scaled).sum(new int[] {0}); // (F)
        NDArray productGradient = scaled.addi(gateGradient); // (B, F)
        Gradients gradients =
                new Gradients()
                        .with(
                                affine.decoderWeight(),
                                AffineWeights.decoderGradient(forward.latents(), outputGradient))
                        .with(magnitudeScale, scaleGradient)
                        .with(gateBias, gateGradient.sum(new int[] {0}))
                        .with(magnitudeBias, magnitudeGradient.sum(new int[] {0}));
        affine.addGradients(gradients, forward.centred(), productGradient, outputGradient);
        return gradients;
    }

    /** Returns all of it, with what steps change besides. */
    RecipeState state(List<Counter> counters) {
        return new RecipeState(
                affine,
                List.of(magnitudeScale, gateBias, magnitudeBias),
                counters,
                Form.of(Architecture.GATED, this::named));
    }

    private Map<String, Weight> named() {
        Map<String, Weight> named = new LinkedHashMap<>();
        named.put(DictionaryWeights.MAGNITUDE_SCALE, Weight.of(magnitudeScale.value()));
        named.put(DictionaryWeights.GATE_BIAS, Weight.of(gateBias.value()));
        named.put(DictionaryWeights.MAGNITUDE_BIAS, Weight.of(magnitudeBias.value()));
        return named;
    }
}
