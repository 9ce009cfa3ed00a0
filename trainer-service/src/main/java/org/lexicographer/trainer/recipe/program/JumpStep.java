package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.kernel.program.TorchCall;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.trainer.recipe.cuda.AdamKernels;
import org.lexicographer.trainer.recipe.cuda.ChosenKernels.UnitRows;
import org.lexicographer.trainer.recipe.cuda.JumpKernels;
import org.lexicographer.trainer.recipe.cuda.JumpKernels.Slopes;
import org.lexicographer.trainer.recipe.cuda.JumpKernels.Thresholds;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Errors;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Targets;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.KernelStep.AboveThresholds;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.update.DecoderNorm;

/**
 * Steps of the jump-ReLU recipe by kernels: five products in PyTorch, and one pass between each.
 */
final class JumpStep {

    private static final String TEXT =
            """
              def encode(self, w: List[Tensor], x: Tensor, subtracted: bool, logarithm: bool) -> List[Tensor]:
                centred = self.centred(w, x, subtracted)
                if logarithm:
                  p, theta = self.encoded(w, centred), w[4].exp()
                else:
                  p, theta = torch.addmm(w[3].to(15), centred, w[0].to(15).t()), w[4]
                return [centred, p, theta.clone(), torch.empty_like(p), w[1].to(15)]
              def reconstruct(self, f: Tensor, decoder: Tensor, blocks: int) -> List[Tensor]:
                reconstruction = torch.mm(f, decoder)
                squares = torch.empty([blocks], dtype=6, device=f.device)
                columns = torch.empty([blocks, decoder.size(1)], dtype=6, device=f.device)
                return [reconstruction, torch.empty_like(reconstruction), squares, columns]
              def back(self, w: List[Tensor], output: Tensor, decoder: Tensor, blocks: int) -> List[Tensor]:
                sums = torch.empty([blocks, w[3].size(0)], dtype=6, device=output.device)
                counts = torch.zeros([3, w[3].size(0)], dtype=3, device=output.device)
                return [torch.mm(output, decoder.t()), sums, torch.empty_like(sums), counts]
              def differentiate(self, w: List[Tensor], batch: List[Tensor], errors: List[Tensor], slopes: List[Tensor], numbers: List[float], subtracted: bool) -> List[Tensor]:
                centred, f, theta, product = batch[0], batch[1], batch[2], batch[3]
                weight, width, target = numbers[0], numbers[1], numbers[2]
                rows = float(centred.size(0))
                sums = slopes[0].sum(0)
                counts = slopes[2].to(6)
                l0 = counts[1].sum() / rows
                slope = torch.ones_like(l0)
                if target > 0.:
                  slope = (l0 / target - 1.) * (2. / target)
                at_threshold = slopes[1].sum(0) * theta * (-1. / width) + counts[0] * slope * (-weight / rows / width)
                if numbers[3] > 0.:
                  at_threshold.mul_(theta)
                bias = self.bias(w, errors[2], sums, subtracted)
                return [torch.mm(product.t(), centred), torch.mm(f.t(), errors[0]), bias, sums, at_threshold, torch.empty_like(sums), l0]
              def finish(self, w: List[Tensor], b: List[Tensor], m: List[Tensor], v: List[Tensor], g: List[Tensor], squares: Tensor, counts: Tensor, subtracted: bool, count: int, settings: List[float], report: bool) -> List[Tensor]:
                small = [g[2], g[3], g[4]]
                factor = self.clip(g[5].sum(), small, settings[2])
                magnitudes = self.magnitudes([g[0], g[1], g[2], g[3], g[4]], report)
                if bool(torch.isfinite(magnitudes).all()) if report else True:
                  self.move_biases(b, m, v, small, factor, count, settings)
                return [magnitudes, factor, squares.sum(), g[6], (counts[2] <= 0).sum()]
            """;

    private final KernelContext shared;
    private final JumpKernels jumps;
    private final PositiveKernels kernels;
    private final TorchProgram program;

    JumpStep(KernelContext shared) {
        this.shared = shared;
        this.jumps = new JumpKernels(shared.kernels());
        this.kernels = new PositiveKernels(shared.kernels());
        this.program = shared.compile("jump", TEXT);
    }

    /**
     * Takes a step; returns magnitudes of gradients, and what it saw as the recipe's program does.
     */
    List<NDArray> take(
            AboveThresholds step, Batch batch, StepContext context, double learningRate) {
        List<NDArray> encoded =
                shared.call(program, "encode", batch)
                        .array(batch.inputs())
                        .flag(shared.weights().subtracted())
                        .flag(step.isLogarithm())
                        .run();
        NDArray magnitudes = encoded.get(1); // (B, F)
        NDArray theta = encoded.get(2); // (F)
        NDArray latents = encoded.get(3); // (B, F)
        NDArray decoder = encoded.get(4); // (F, D)
        jumps.open(magnitudes, theta, latents);
        Errors errors = compare(latents, decoder, batch);
        List<NDArray> back =
                shared.call(program, "back", batch)
                        .array(errors.output())
                        .array(decoder)
                        .count(PositiveKernels.slopeBlocks((int) batch.rows()))
                        .run();
        NDArray product = back.getFirst(); // (B, F)
        Slopes slopes = new Slopes(back.get(1), back.get(2), back.get(3));
        jumps.differentiate(
                product,
                magnitudes,
                new Thresholds(theta, (float) step.bandwidth(), !step.isLogarithm()),
                slopes);
        List<NDArray> gradients =
                shared.call(program, "differentiate", batch)
                        .arrays(List.of(encoded.getFirst(), latents, theta, product))
                        .arrays(List.of(errors.output(), errors.squares(), errors.columns()))
                        .arrays(List.of(slopes.sums(), slopes.jumps(), slopes.counts()))
                        .numbers(numbers(step))
                        .flag(shared.weights().subtracted())
                        .run();
        return finish(new Differentiated(gradients, errors, slopes), batch, context, learningRate);
    }

    /**
     * A batch that gradients are known of.
     *
     * @param gradients dL/dW_e and dL/dW_d (F, D), bfloat16, dL/db, dL/db_e, dL/dtheta, room for
     *     squares of rows (F), and L0
     */
    private record Differentiated(List<NDArray> gradients, Errors errors, Slopes slopes) {}

    private List<NDArray> finish(
            Differentiated seen, Batch batch, StepContext context, double learningRate) {
        AdamKernels adam = shared.adam(context, learningRate);
        sumSquares(adam, seen.gradients());
        TorchCall call =
                shared.addBiases(shared.call(program, "finish", batch))
                        .arrays(seen.gradients())
                        .array(seen.errors().squares())
                        .array(seen.slopes().counts());
        List<NDArray> results = shared.addSettings(call, context, learningRate).run();
        if (shared.mayMove(results.getFirst(), context)) {
            move(adam, seen.gradients(), results.get(1));
        }
        return Stream.concat(results.stream().limit(1), results.stream().skip(2)).toList();
    }

    private static List<Double> numbers(AboveThresholds step) {
        return List.of(
                step.weight(), step.bandwidth(), step.target(), step.isLogarithm() ? 1.0 : 0.0);
    }

    private Errors compare(NDArray latents, NDArray decoder, Batch batch) {
        int rows = (int) batch.rows();
        List<NDArray> forward =
                program.call("reconstruct", batch.inputs().getManager())
                        .array(latents)
                        .array(decoder)
                        .count(PositiveKernels.errorBlocks(rows))
                        .run();
        Errors errors = new Errors(forward.get(1), forward.get(2), forward.get(3));
        NDArray bias = shared.weights().decoderBias().value(); // (D)
        kernels.compare(forward.getFirst(), new Targets(bias, batch.targets(), 2f / rows), errors);
        return errors;
    }

    private void sumSquares(AdamKernels adam, List<NDArray> gradients) {
        DecoderNorm norm = shared.update().decoderNorm();
        NDArray rows = shared.weights().decoderWeight().value(); // (F, D)
        adam.sumSquares(
                gradients.get(0),
                gradients.get(1),
                new UnitRows(rows, norm.projectionGuard()),
                gradients.get(5));
    }

    private void move(AdamKernels adam, List<NDArray> gradients, NDArray factor) {
        AffineWeights weights = shared.weights();
        adam.moveByBfloat16(weights.encoderWeight(), gradients.get(0), factor);
        adam.projectAndMoveUnit(
                weights.decoderWeight(), gradients.get(1), factor, shared.update().decoderNorm());
    }
}
