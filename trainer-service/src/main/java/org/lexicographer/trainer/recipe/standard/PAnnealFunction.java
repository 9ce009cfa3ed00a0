package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.lexicographer.trainer.recipe.anneal.AnnealedNorm;
import org.lexicographer.trainer.recipe.anneal.PowerNormText;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
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
                f = torch.addmm(w[3].to(dtype), centred, w[0].to(dtype).t()).relu_()
                error = torch.mm(f, decoder).to(6) + w[2] - y
                output = error * (2. / x.size(0))
                at_latents = torch.mm(output.to(dtype), decoder.t()) + self.norm_gradient(f, numbers)
                product = torch.where(f > 0, at_latents.to(dtype), torch.zeros_like(f))
                at_decoder = torch.mm(f.t(), output.to(dtype)).to(6)
                g = self.backward(w, centred, product, at_decoder, output, subtracted)
                arrays[0].add_(1.).mul_((f.amax(0) <= 0).to(6))
                return (g, [error.square().sum(), (f > 0).sum(), self.norm_value(f, numbers, False), self.norm_value(f, numbers, True)])
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
    public Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        double rows = batch.rows();
        double value = results.get(2).getFloat();
        norm.step(value, results.get(3).getFloat(), context.step());
        return context.report()
                ? new Losses(
                        results.get(0).getFloat() / rows,
                        value,
                        results.get(1).getLong() / rows,
                        loss.deadLatents())
                : Losses.UNKNOWN;
    }
}
