package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Optional;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.GhostGradients;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.EntryFormula;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Masks;
import org.lexicographer.trainer.recipe.loss.ReluStep;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.loss.TrainingMethod.Rounding;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.DecoderNorm;
import org.lexicographer.trainer.recipe.update.Gradients;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * The post's recipe (Marks and Mueller, Some open source dictionaries and dictionary learning
 * infrastructure, 2023) and dictionary_learning 0.1's StandardTrainer.
 *
 * <pre>
 *   z = W_e (x - b) + b_e,  f = ReLU(z),  x^ = W_d f + b,  e = x^ - y        y = x, or another site
 *   loss = c sum e^2 + s(t) lambda P(f) + ghost
 *     c = 1 / B (sum over dimensions, mean over the batch) or 1 / (B D) (mean over both)
 *     P = mean over the batch of sum f (L1) or of the entropy of f / sum f
 *
 *   dL/dx^  = 2 c e
 *   dL/dz   = 1[f > 0] (W_d' dL/dx^ + s(t) lambda dP/df)
 *   dL/dW_d = sum over the batch of dL/dx^ f'      dL/db_e = sum of dL/dz
 *   dL/dW_e = sum of dL/dz (x - b)'                dL/db   = sum of dL/dx^ - W_e' dL/dz
 * </pre>
 *
 * Columns of W_d have norm 1 from the first step on: the part of their gradient parallel to them is
 * taken out before Adam, and they are scaled back after. Where y has another width than x, the bias
 * is not subtracted from the input, and the last term of dL/db is absent.
 *
 * <p>The ghost term (Jermyn and Templeton, <a
 * href="https://transformer-circuits.pub/2024/jan-update/index.html#dict-learning-resampling">Ghost
 * Grads: An improvement on resampling</a>, January 2024) lets latents that were silent for long
 * predict the error: g = exp(z) at them, 0 at the others; r = y - x^; the prediction W_d g of each
 * row is scaled to half the norm of r, h = W_d g |r| / (2 |W_d g|), and the term c sum (r - h)^2 is
 * scaled to the size of c sum e^2. Only g and W_d take part in the gradient; r and both scales are
 * taken as they are:
 *
 * <pre>
 *   dL/d(W_d g) = rho 2 c (h - r) |r| / (2 |W_d g|)     rho = sum e^2 / sum (r - h)^2
 * </pre>
 */
public final class StandardLoss extends ReluFamilyLoss {

    /** How far below all dead latents the living lie where these are not to count. */
    private static final float LIVING = 1e30f;

    private final StandardRecipeSpec spec;

    private StandardLoss(StandardRecipeSpec spec, StandardState state) {
        super(spec, state, List.of());
        this.spec = spec;
    }

    /** Returns how standard recipes are trained. */
    public static TrainingMethod method(StandardRecipeSpec spec) {
        return new TrainingMethod(
                InitialWeights::draw,
                (manager, weights) -> new StandardLoss(spec, StandardState.of(manager, weights)),
                new Update(DecoderNorm.UNIT, AdamStep.USUAL_BETA1, spec.basics().maxGradientNorm()),
                Rounding.STAYS_SMALL);
    }

    @Override
    public GradientFunction function() {
        return new StandardFunction(this);
    }

    @Override
    public Outcome evaluate(Batch batch, StepContext context) {
        ReluStep step = ReluStep.of(weights, own.encoderBias().value(), batch);
        double count = errorCount(batch.rows());
        double penaltyWeight = context.sparsityFactor() * spec.sparsityPenalty() / batch.rows();
        NDArray outputGradient = step.error().mul((float) (2 / count)); // (B, Dout)
        NDArray latentGradient = weights.latentGradient(outputGradient); // (B, F)
        DensePenalty.addGradient(
                spec.penalty(), (float) penaltyWeight, step.latents(), latentGradient);
        NDArray productGradient = latentGradient.muli(step.active()); // (B, F)
        NDArray decoderGradient =
                AffineWeights.decoderGradient(step.latents(), outputGradient); // (F, Dout)
        spec.ghostGradients()
                .ifPresent(ghost -> addGhost(step, count, productGradient, decoderGradient));
        own.silent().count(step.latents());
        Gradients gradients =
                new Gradients()
                        .with(weights.decoderWeight(), decoderGradient)
                        .with(own.encoderBias(), productGradient.sum(new int[] {0}));
        weights.addGradients(gradients, step.centred(), productGradient, outputGradient);
        Losses losses =
                context.report()
                        ? step.losses(
                                batch, count, penalty(step.latents()) / batch.rows(), deadLatents())
                        : Losses.UNKNOWN;
        return new Outcome(losses, gradients);
    }

    @Override
    public Optional<EntryFormula> byEntries(Workers workers) {
        return spec.ghostGradients().isPresent()
                ? Optional.empty()
                : Optional.of(new SparseStandard(this));
    }

    /** Returns by how many numbers the squared errors are divided, 1 / c. */
    double errorCount(long rows) {
        return switch (spec.reconstructionLoss()) {
            case SUM -> rows;
            case MEAN -> (double) rows * weights.outputDim();
        };
    }

    StandardRecipeSpec spec() {
        return spec;
    }

    private double penalty(NDArray latents) {
        try (NDArray sum = DensePenalty.sum(spec.penalty(), latents)) { // ()
            return sum.getFloat();
        }
    }

    private void addGhost(
            ReluStep step, double count, NDArray productGradient, NDArray decoderGradient) {
        if (deadLatents() == 0) {
            return;
        }
        NDArray ghosts = ghosts(step.preActivations()); // (B, F)
        NDArray prediction = weights.combine(ghosts); // (B, Dout)
        NDArray norms = norms(prediction); // (B, 1)
        NDArray scale = Masks.keep(norms, norms(step.error()).divi(norms.mul(2))); // (B, 1)
        NDArray miss = prediction.mul(scale).addi(step.error()); // (B, Dout), h - r
        double missed = ReluStep.sum(miss.square());
        double share = missed > 0 ? ReluStep.sum(step.error().square()) / missed : 0;
        NDArray gradient =
                miss.muli(scale).muli((float) (share * 2 / count)); // (B, Dout), at W_d g
        decoderGradient.addi(AffineWeights.decoderGradient(ghosts, gradient));
        productGradient.addi(weights.latentGradient(gradient).muli(ghosts));
    }

    /**
     * Returns g (B, F), each row divided by its largest element: h stays the same, and no
     * exponential is too large or too small for a float.
     */
    private NDArray ghosts(NDArray preActivations) {
        try (NDArray longer = own.silent().steps().gt(deadSteps()); // (F)
                NDArray dead = longer.toType(DataType.FLOAT32, false); // (F)
                NDArray living = dead.neg(); // (F)
                NDArray far = living.addi(1).muli(LIVING)) { // (F)
            NDArray candidates = preActivations.mul(dead).subi(far); // (B, F)
            NDArray largest = candidates.max(new int[] {1}, true); // (B, 1)
            return candidates.subi(largest).exp().muli(dead); // (B, F)
        }
    }

    private static NDArray norms(NDArray rows) {
        return rows.square().sum(new int[] {1}, true).sqrt(); // (B, 1)
    }

    /** Dead latents are those that ghost gradients revive; else those silent in this batch. */
    @Override
    int deadSteps() {
        return spec.ghostGradients().map(GhostGradients::deadSteps).orElse(0);
    }
}
