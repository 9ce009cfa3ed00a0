package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.lexicographer.trainer.recipe.anneal.PowerNormText;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The gradients of {@link GatedLoss} in TorchScript.
 *
 * @param penalty P
 */
record GatedFunction(GatePenalty penalty) implements GradientFunction {

    private static final String TEXT =
            HEAD
                    + """
                rows = float(x.size(0))
                decoder = w[1].to(dtype)
                factor = w[3].exp()
                centred = self.centred(w, x, subtracted, dtype)
                z = torch.mm(centred, w[0].to(dtype).t())
                h = (z + w[4]).relu_().to(dtype)
                opened = h > 0
                f = (z * factor + w[5]).relu_().to(dtype) * opened
                start = w[2] - y
                error = torch.mm(f, decoder).to(6) + start
                output = error * (2. / rows)
                attempt = (torch.mm(h, decoder).to(6) + start) * (2. / rows)
                at_magnitudes = torch.mm(output.to(dtype), decoder.t()) * f.sign()
                at_gates = torch.mm(attempt.to(dtype), decoder.t()) + self.norm_gradient(h, numbers)
                at_gates = torch.where(opened, at_gates.to(dtype), torch.zeros_like(h))
                scaled = at_magnitudes * factor
                product = (scaled + at_gates).to(dtype)
                at_decoder = torch.mm(f.t(), output.to(dtype)).to(6)
                g = self.backward(w, centred, product, at_decoder, output, subtracted)
                at_scale = (z * scaled).sum(0, dtype=6)
                gradients = [g[0], g[1], g[2], at_scale, at_gates.sum(0, dtype=6), at_magnitudes.sum(0, dtype=6)]
                return (gradients, [error.square().sum(), (f > 0).sum(), (f.amax(0) <= 0).sum(), self.norm_value(h, numbers, False), self.norm_value(h, numbers, True)])
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
        penalty.step(results.get(3).getFloat(), results.get(4).getFloat(), context.step());
        return losses;
    }
}
