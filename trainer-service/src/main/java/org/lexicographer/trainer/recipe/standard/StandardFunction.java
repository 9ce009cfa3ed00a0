package org.lexicographer.trainer.recipe.standard;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.KernelStep.Penalty;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/** The gradients of {@link StandardLoss} in TorchScript. */
final class StandardFunction implements GradientFunction {

    /** Below any number of steps for which a latent can be silent. */
    private static final double NO_GHOSTS = -1;

    private static final String TEXT =
            HEAD
                    + """
                errors, weight, entropy, silent_steps = numbers[0], numbers[1], numbers[2], numbers[3]
                silent = arrays[0]
                decoder = w[1].to(dtype)
                centred = self.centred(w, x, subtracted, dtype)
                z = torch.addmm(w[3].to(dtype), centred, w[0].to(dtype).t())
                f = z.relu()
                error = torch.mm(f, decoder).to(6) + w[2] - y
                output = error * (2. / errors)
                product = torch.mm(output.to(dtype), decoder.t())
                if entropy > 0.:
                  total = f.sum(1, True, dtype=6).add_(1e-8)
                  share = f / total
                  shifted = share + 1e-8
                  slope = (shifted.log() + share / shifted).neg_()
                  mean = (slope * share).sum(1, True)
                  product = ((slope - mean) / total * weight + product).to(dtype)
                  penalty = (share * shifted.log()).sum().neg_()
                else:
                  product.add_(weight)
                  penalty = f.sum(dtype=6)
                product.mul_(f.sign())
                squares = error.square().sum()
                g = self.backward(w, centred, product, torch.mm(f.t(), output.to(dtype)).to(6), output, subtracted)
                if silent_steps >= 0.:
                  self.add_ghosts(g, w, centred, z, error, squares, silent, numbers, subtracted)
                silent.add_(1.).mul_((f.amax(0) <= 0).to(6))
                return (g, [squares, self.active(f, report), penalty])
              def add_ghosts(self, g: List[Tensor], w: List[Tensor], centred: Tensor, z: Tensor, error: Tensor, squares: Tensor, silent: Tensor, numbers: List[float], subtracted: bool):
                dead = (silent > numbers[3]).to(6)
                if bool(dead.any()):
                  decoder = w[1].to(z.dtype)
                  candidates = z.to(6) * dead - (1. - dead) * 1e30
                  ghosts = ((candidates - candidates.amax(1, True)).exp() * dead).to(z.dtype)
                  prediction = torch.mm(ghosts, decoder).to(6)
                  norms = self.norms(prediction, 0.)
                  scale = torch.where(norms > 0, self.norms(error, 0.) / (norms * 2.), torch.zeros_like(norms))
                  miss = prediction * scale + error
                  missed = miss.square().sum()
                  share = torch.where(missed > 0, squares / missed, torch.zeros_like(missed))
                  output = (miss * scale * share * (2. / numbers[0])).to(z.dtype)
                  product = torch.mm(output, decoder.t()) * ghosts
                  sums = product.sum(0, dtype=6)
                  g[0].add_(torch.mm(product.t(), centred))
                  g[1].add_(torch.mm(ghosts.t(), output))
                  g[3].add_(sums)
                  if subtracted:
                    g[2].sub_(torch.mv(w[0].t(), sums))
            """;

    private final StandardLoss loss;

    StandardFunction(StandardLoss loss) {
        this.loss = loss;
    }

    @Override
    public String text() {
        return TEXT;
    }

    @Override
    public List<Double> numbers(Batch batch, StepContext context) {
        return List.of(
                loss.errorCount(batch.rows()),
                weight(batch, context),
                loss.spec().penalty() == StandardRecipeSpec.Penalty.ENTROPY ? 1.0 : 0.0,
                loss.spec().ghostGradients().isPresent() ? (double) loss.deadSteps() : NO_GHOSTS);
    }

    private double weight(Batch batch, StepContext context) {
        return context.sparsityFactor() * loss.spec().sparsityPenalty() / batch.rows();
    }

    @Override
    public List<NDArray> arrays(Batch batch) {
        return List.of(loss.silentSteps());
    }

    @Override
    public Optional<KernelStep> kernelStep(Batch batch, StepContext context) {
        StandardRecipeSpec spec = loss.spec();
        boolean isKnown =
                spec.penalty() == StandardRecipeSpec.Penalty.L1 && spec.ghostGradients().isEmpty();
        return isKnown
                ? Optional.of(
                        new KernelStep.AllPositive(
                                loss.errorCount(batch.rows()),
                                Penalty.ofSum(weight(batch, context)),
                                loss.silentSteps()))
                : Optional.empty();
    }

    @Override
    public Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        return context.report()
                ? new Losses(
                        results.get(0).getFloat() / loss.errorCount(batch.rows()),
                        results.get(2).getFloat() / (double) batch.rows(),
                        results.get(1).getLong() / (double) batch.rows(),
                        loss.deadLatents())
                : Losses.UNKNOWN;
    }
}
