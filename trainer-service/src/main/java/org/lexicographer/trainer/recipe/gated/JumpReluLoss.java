package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.DeadLatents;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.RecipeState.Form;
import org.lexicographer.trainer.recipe.loss.ReluStep;
import org.lexicographer.trainer.recipe.loss.Start;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.loss.TrainingMethod.Rounding;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * The jump-ReLU recipe (Rajamanoharan et al., <a href="https://arxiv.org/abs/2407.14435">Jumping
 * Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse Autoencoders</a>, 2024, sections 3
 * and 4), and dictionary_learning 0.1's JumpReluTrainer. Each latent has a threshold theta, trained
 * by straight-through estimates with a rectangle K of width epsilon.
 *
 * <pre>
 *   p = W_e x + b_e,  f = p 1[p > theta],  x^ = W_d f + b,  e = x^ - y,  L0 = 1 / B sum 1[u > theta]
 *   loss = 1 / B sum e^2 + s(t) lambda S        S = L0, or (L0 / L0* - 1)^2 with a target L0*
 *
 *   dL/dp     = 1[p > theta] W_d' 2 / B e
 *   dL/dtheta = - sum theta / epsilon K((p - theta) / epsilon) W_d' 2 / B e
 *               - sum 1 / epsilon K((u - theta) / epsilon) s(t) lambda dS/dL0 / B
 * </pre>
 *
 * In the paper p is ReLU'd, u = p, and the logarithm of theta is what is trained. In
 * dictionary_learning p is not, theta itself is trained and may become negative, and u = f, so that
 * only the window's upper half contributes: half the gradient.
 */
public final class JumpReluLoss implements Loss {

    /** Adam's share of the running mean of gradients: none is kept, as in the paper. */
    private static final double BETA1 = 0;

    private final JumpReluRecipeSpec spec;
    private final AffineWeights weights;
    private final Parameter encoderBias;
    private final Parameter threshold;
    private final RecipeState state;

    private JumpReluLoss(NDManager manager, JumpReluRecipeSpec spec, Start start) {
        this.spec = spec;
        this.weights = AffineWeights.of(manager, start);
        this.encoderBias = weights.perLatent(manager, "encoderBias", start.weights().encoderBias());
        this.threshold =
                trainsLogarithm()
                        ? weights.perLatent(manager, "logThreshold", logarithms(start))
                        : weights.perLatent(manager, "threshold", thresholds(start));
        this.state =
                new RecipeState(
                        weights,
                        List.of(encoderBias, threshold),
                        List.of(),
                        Form.of(Architecture.JUMP_RELU, this::named));
    }

    /** Returns how jump-ReLU recipes are trained. */
    public static TrainingMethod method(JumpReluRecipeSpec spec) {
        return new TrainingMethod(
                InitialWeights::drawUnit,
                (manager, weights) -> new JumpReluLoss(manager, spec, new Start(weights, false)),
                new Update(DecoderNorm.GUARDED_UNIT, BETA1, spec.basics().maxGradientNorm()),
                Rounding.DECIDES);
    }

    boolean trainsLogarithm() {
        return spec.basics().compatibility() == Compatibility.PAPER;
    }

    private float[] thresholds(Start start) {
        float[] same = new float[weights.dictionarySize()];
        Arrays.fill(same, (float) spec.initialThreshold());
        return start.weights().perLatent().getOrDefault(DictionaryWeights.THRESHOLD, same);
    }

    /** A threshold of another dictionary that has no logarithm starts as a new one does. */
    private float[] logarithms(Start start) {
        float[] values = thresholds(start).clone();
        for (int i = 0; i < values.length; i++) {
            double theta = values[i] > 0 ? values[i] : spec.initialThreshold();
            values[i] = (float) Math.log(theta);
        }
        return values;
    }

    private NDArray theta() {
        return trainsLogarithm() ? threshold.value().exp() : threshold.value(); // (F)
    }

    @Override
    public GradientFunction function() {
        return new JumpReluFunction(this);
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        NDArray theta = theta(); // (F)
        NDArray centred = weights.centred(batch.inputs()); // (B, D)
        NDArray products = weights.products(centred).addi(encoderBias.value()); // (B, F)
        NDArray magnitudes = trainsLogarithm() ? Activation.relu(products) : products; // (B, F), p
        NDArray open = number(magnitudes.gt(theta)); // (B, F)
        NDArray latents = magnitudes.mul(open); // (B, F)
        NDArray counted = trainsLogarithm() ? magnitudes : latents; // (B, F), u
        NDArray error = weights.decode(latents).subi(batch.targets()); // (B, Dout)
        NDArray outputGradient = error.mul(2f / batch.rows()); // (B, Dout)
        NDArray latentGradient = weights.latentGradient(outputGradient); // (B, F)
        double l0 = ReluStep.sum(number(counted.gt(theta))) / batch.rows();
        NDArray thresholdGradient =
                jumpGradient(magnitudes, theta, latentGradient)
                        .addi(countGradient(counted, theta, l0, batch, context)); // (F)
        if (trainsLogarithm()) {
            thresholdGradient.muli(theta);
        }
        NDArray productGradient = latentGradient.mul(open); // (B, F)
        Gradients gradients =
                new Gradients()
                        .with(
                                weights.decoderWeight(),
                                AffineWeights.decoderGradient(latents, outputGradient))
                        .with(encoderBias, productGradient.sum(new int[] {0}))
                        .with(threshold, thresholdGradient);
        weights.addGradients(gradients, centred, productGradient, outputGradient);
        return new Outcome(losses(batch, latents, error, l0, context), gradients);
    }

    private static NDArray number(NDArray condition) {
        return condition.toType(DataType.FLOAT32, false); // like the condition
    }

    /** Returns K((values - theta) / epsilon): 1 within half a bandwidth of theta, else 0. */
    private NDArray window(NDArray values, NDArray theta) {
        NDArray distance = values.sub(theta).divi((float) spec.bandwidth()); // (B, F)
        return number(distance.abs().lt(0.5f)); // (B, F)
    }

    private NDArray jumpGradient(NDArray magnitudes, NDArray theta, NDArray latentGradient) {
        NDArray sums = window(magnitudes, theta).muli(latentGradient).sum(new int[] {0}); // (F)
        return sums.muli(theta).muli((float) (-1 / spec.bandwidth())); // (F)
    }

    private NDArray countGradient(
            NDArray counted, NDArray theta, double l0, Batch batch, StepContext context) {
        double slope = context.sparsityFactor() * spec.sparsityPenalty() * slope(l0);
        NDArray sums = window(counted, theta).sum(new int[] {0}); // (F)
        return sums.muli((float) (-slope / batch.rows() / spec.bandwidth())); // (F)
    }

    /** Returns dS/dL0. */
    double slope(double l0) {
        return spec.targetL0().map(target -> 2 * (l0 / target - 1) / target).orElse(1.0);
    }

    /** Dead are latents that are silent in this batch. */
    private Losses losses(
            Batch batch, NDArray latents, NDArray error, double l0, StepContext context) {
        return context.report()
                ? new Losses(
                        ReluStep.sum(error.square()) / batch.rows(),
                        sparsity(l0),
                        l0,
                        DeadLatents.silent(latents))
                : Losses.UNKNOWN;
    }

    /** Returns S. */
    double sparsity(double l0) {
        return spec.targetL0().map(target -> Math.pow(l0 / target - 1, 2)).orElse(l0);
    }

    @Override
    public RecipeState state() {
        return state;
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        return Optional.of(new SparseJumpRelu(this));
    }

    JumpReluRecipeSpec spec() {
        return spec;
    }

    Parameter encoderBias() {
        return encoderBias;
    }

    /** Returns theta, or its logarithm where that is trained. */
    Parameter threshold() {
        return threshold;
    }

    private Map<String, Weight> named() {
        Map<String, Weight> named = new LinkedHashMap<>();
        named.put(DictionaryWeights.ENCODER_BIAS, Weight.of(encoderBias.value()));
        named.put(DictionaryWeights.THRESHOLD, thresholdWeight());
        return named;
    }

    private Weight thresholdWeight() {
        if (!trainsLogarithm()) {
            return Weight.of(threshold.value());
        }
        try (NDArray theta = threshold.value().exp()) { // (F)
            return Weight.of(theta);
        }
    }
}
