package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.anneal.AnnealedNorm;
import org.lexicographer.trainer.recipe.anneal.PowerNormText;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The gradients of {@link PAnnealLoss} in TorchScript.
 *
 * @param loss whose gradients they are
 * @param norm R
 */
record PAnnealFunction(PAnnealLoss loss, AnnealedNorm norm) implements GradientFunction {

    private static final String TEXT =
            HEAD
                    + """
                decoder = w[1].to(dtype)
                centred = self.centred(w, x, subtracted, dtype)
                f = self.latents(centred, w[0], w[3])
                error = torch.mm(f, decoder).to(6) + w[2] - y
                output = error * (2. / x.size(0))
                product = self.at_active(output.to(dtype), decoder, f, numbers)
                at_decoder = torch.mm(f.t(), output.to(dtype)).to(6)
                g = self.backward(w, centred, product, at_decoder, output, subtracted)
                sums = f.sum(0, dtype=6)
                arrays[0].add_(1.).mul_((sums <= 0).to(6))
                return (g, [error.square().sum(), self.active(f, report)] + self.norm_values(f, sums, numbers))
            """;

    @Override
    public String text() {
        return TEXT + PowerNormText.TEXT;
    }

    @Override
    public List<Double> numbers(Batch batch, StepContext context) {
        return norm.numbers(context.sparsityFactor());
    }

    @Override
    public List<NDArray> arrays(Batch batch) {
        return List.of(loss.silentSteps());
    }

    @Override
    public Optional<KernelStep> kernelStep(Batch batch, StepContext context) {
        return norm.penalty(context.sparsityFactor(), batch.rows())
                .map(it -> new KernelStep.AllPositive(batch.rows(), it, loss.silentSteps()));
    }

    @Override
    public Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        double rows = batch.rows();
        Losses losses =
                context.report()
                        ? new Losses(
                                results.get(0).getFloat() / rows,
                                results.get(2).getFloat(),
                                results.get(1).getLong() / rows,
                                loss.deadLatents())
                        : Losses.UNKNOWN;
        norm.step(results.get(2), results.get(3), context.step());
        return losses;
    }
}
