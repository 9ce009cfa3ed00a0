package org.lexicographer.trainer.recipe.gated;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The gradients of {@link JumpReluLoss} in TorchScript.
 *
 * @param loss whose gradients they are
 */
record JumpReluFunction(JumpReluLoss loss) implements GradientFunction {

    private static final double NO_TARGET = 0;

    private static final String TEXT =
            HEAD
                    + """
                weight, width, target, paper = numbers[0], numbers[1], numbers[2], numbers[3] > 0.
                rows = float(x.size(0))
                decoder = w[1].to(dtype)
                theta = w[4].exp() if paper else w[4]
                centred = self.centred(w, x, subtracted, dtype)
                p = torch.addmm(w[3].to(dtype), centred, w[0].to(dtype).t())
                if paper:
                  p.relu_()
                open = (p > theta).to(dtype)
                f = p * open
                u = p if paper else f
                error = torch.mm(f, decoder).to(6) + w[2] - y
                output = error * (2. / rows)
                at_latents = torch.mm(output.to(dtype), decoder.t())
                l0 = (u > theta).sum() / rows
                slope = torch.ones_like(l0)
                if target > 0.:
                  slope = (l0 / target - 1.) * (2. / target)
                jumps = self.window(p, theta, width).to(dtype).mul_(at_latents).sum(0, dtype=6) * theta * (-1. / width)
                counts = self.window(u, theta, width).sum(0).to(6) * slope * (-weight / rows / width)
                at_threshold = jumps + counts
                if paper:
                  at_threshold.mul_(theta)
                g = self.backward(w, centred, at_latents * open, torch.mm(f.t(), output.to(dtype)).to(6), output, subtracted)
                g.append(at_threshold)
                return (g, [error.square().sum(), l0, self.dead(f, report)])
              def window(self, p: Tensor, theta: Tensor, width: float) -> Tensor:
                return ((p - theta) / width).abs() < 0.5
            """;

    @Override
    public String text() {
        return TEXT;
    }

    @Override
    public List<Double> numbers(Batch batch, StepContext context) {
        return List.of(
                context.sparsityFactor() * loss.spec().sparsityPenalty(),
                loss.spec().bandwidth(),
                loss.spec().targetL0().orElse(NO_TARGET),
                loss.trainsLogarithm() ? 1.0 : 0.0);
    }

    @Override
    public List<NDArray> arrays(Batch batch) {
        return List.of();
    }

    @Override
    public Optional<KernelStep> kernelStep(Batch batch, StepContext context) {
        return Optional.of(
                new KernelStep.AboveThresholds(
                        context.sparsityFactor() * loss.spec().sparsityPenalty(),
                        loss.spec().bandwidth(),
                        loss.spec().targetL0().orElse(NO_TARGET),
                        loss.trainsLogarithm()));
    }

    @Override
    public Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        if (!context.report()) {
            return Losses.UNKNOWN;
        }
        double l0 = results.get(1).getFloat();
        return new Losses(
                results.get(0).getFloat() / (double) batch.rows(),
                loss.sparsity(l0),
                l0,
                (int) results.get(2).getLong());
    }
}
