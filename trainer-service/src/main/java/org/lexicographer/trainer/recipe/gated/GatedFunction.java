package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.anneal.PowerNormText;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The gradients of {@link GatedLoss} in TorchScript.
 *
 * @param penalty P
 */
record GatedFunction(GatePenalty penalty) implements GradientFunction {

    /**
     * Where a latent is positive, z exp(r) is f - b_m, so that z itself is not kept; with exp(r)
     * within the encoder's rows, both kinds of latents leave their products as they are used.
     */
    private static final String TEXT =
            HEAD
                    + """
                scale = 2. / x.size(0)
                decoder = w[1].to(dtype)
                factor = w[3].exp().unsqueeze(1)
                centred = self.centred(w, x, subtracted, dtype)
                h = self.latents(centred, w[0], w[4])
                f = torch.threshold_backward(self.latents(centred, w[0] * factor, w[5]), h, 0)
                start = w[2] - y
                error = torch.mm(f, decoder).to(6) + start
                output = error * scale
                attempt = (torch.mm(h, decoder).to(6) + start) * scale
                at_magnitudes = torch.threshold_backward(torch.mm(output.to(dtype), decoder.t()), f, 0)
                at_gates = self.at_active(attempt.to(dtype), decoder, h, numbers)
                magnitudes, gates = at_magnitudes.sum(0, dtype=6), at_gates.sum(0, dtype=6)
                at_encoder = torch.mm(at_magnitudes.t(), centred).to(6) * factor + torch.mm(at_gates.t(), centred)
                at_decoder = torch.mm(f.t(), output.to(dtype)).to(6)
                bias = self.stream_bias(w, output, magnitudes * factor.squeeze(1) + gates, subtracted)
                at_scale = (at_magnitudes * f).sum(0, dtype=6) - magnitudes * w[5]
                gradients = [at_encoder, at_decoder, bias, at_scale, gates, magnitudes]
                return (gradients, [error.square().sum(), self.active(f, report), self.dead(f, report)] + self.norm_values(h, h.sum(0, dtype=6), numbers))
            """;

    @Override
    public String text() {
        return TEXT + PowerNormText.TEXT;
    }

    @Override
    public List<Double> numbers(Batch batch, StepContext context) {
        return penalty.numbers(context.sparsityFactor());
    }

    @Override
    public List<NDArray> arrays(Batch batch) {
        return List.of();
    }

    @Override
    public Optional<KernelStep> kernelStep(Batch batch, StepContext context) {
        return penalty.ofKernels(context.sparsityFactor(), batch.rows())
                .map(KernelStep.ByGates::new);
    }

    @Override
    public Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        double rows = batch.rows();
        Losses losses =
                context.report()
                        ? new Losses(
                                results.get(0).getFloat() / rows,
                                results.get(3).getFloat(),
                                results.get(1).getLong() / rows,
                                (int) results.get(2).getLong())
                        : Losses.UNKNOWN;
        penalty.step(results.get(3), results.get(4), context.step());
        return losses;
    }
}
