package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The gradients of {@link StandardAprilLoss} in TorchScript.
 *
 * @param sparsityPenalty lambda
 */
record StandardAprilFunction(double sparsityPenalty) implements GradientFunction {

    private static final String TEXT =
            HEAD
                    + """
                weight = numbers[0]
                decoder = w[1].to(dtype)
                centred = self.centred(w, x, subtracted, dtype)
                f = self.latents(centred, w[0], w[3])
                error = torch.mm(f, decoder).to(6) + w[2] - y
                norms = self.norms(w[1], 0.)
                output = error * (2. / x.size(0))
                at_latents = torch.addmm((norms * weight).to(dtype).flatten(), output.to(dtype), decoder.t())
                product = torch.threshold_backward(at_latents, f, 0)
                sums = f.sum(0, dtype=6).unsqueeze(1)
                g = self.backward(w, centred, product, torch.mm(f.t(), output.to(dtype)).to(6), output, subtracted)
                g[1].add_(w[1] / norms * (sums * weight))
                return (g, [error.square().sum(), (sums * norms).sum(), self.active(f, report), self.dead(f, report)])
            """;

    @Override
    public String text() {
        return TEXT;
    }

    @Override
    public List<Double> numbers(Batch batch, StepContext context) {
        return List.of(weight(batch, context));
    }

    private double weight(Batch batch, StepContext context) {
        return context.sparsityFactor() * sparsityPenalty / batch.rows();
    }

    @Override
    public List<NDArray> arrays(Batch batch) {
        return List.of();
    }

    @Override
    public Optional<KernelStep> kernelStep(Batch batch, StepContext context) {
        return Optional.of(new KernelStep.ByNorms(weight(batch, context)));
    }

    @Override
    public Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        double rows = batch.rows();
        return context.report()
                ? new Losses(
                        results.get(0).getFloat() / rows,
                        results.get(1).getFloat() / rows,
                        results.get(2).getLong() / rows,
                        (int) results.get(3).getLong())
                : Losses.UNKNOWN;
    }
}
