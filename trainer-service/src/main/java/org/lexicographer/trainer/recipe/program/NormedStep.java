package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.kernel.program.TorchCall;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.trainer.recipe.cuda.AdamKernels;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Errors;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Slopes;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Targets;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.KernelStep.ByNorms;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * Steps in which latents are penalised by the norms of their free decoder columns by kernels: five
 * products in PyTorch, and one pass between each.
 */
final class NormedStep {

    /**
     * The penalty's part of dL/dW_d is a share of each row of W_d, which is not worked out by
     * itself: {@code differentiate} returns the shares.
     */
    private static final String TEXT =
            """
              def reconstruct(self, w: List[Tensor], x: Tensor, subtracted: bool, blocks: int) -> List[Tensor]:
                centred = self.centred(w, x, subtracted)
                f = self.encoded(w, centred)
                decoder = w[1].to(15)
                squares = torch.empty([blocks], dtype=6, device=x.device)
                columns = torch.empty([blocks, x.size(1)], dtype=6, device=x.device)
                return [centred, f, decoder, torch.mm(f, decoder), torch.empty_like(centred), squares, columns, torch.norm(w[1], 2, [1], False)]
              def back(self, norms: Tensor, output: Tensor, decoder: Tensor, weight: float, blocks: int) -> List[Tensor]:
                sums = torch.empty([blocks, decoder.size(0)], dtype=6, device=output.device)
                product = torch.addmm((norms * weight).to(15), output, decoder.t())
                return [product, sums, torch.empty_like(sums), torch.zeros_like(norms, dtype=3)]
              def differentiate(self, w: List[Tensor], batch: List[Tensor], errors: List[Tensor], slopes: List[Tensor], norms: Tensor, weight: float, subtracted: bool) -> List[Tensor]:
                centred, f, product = batch[0], batch[1], batch[2]
                sums, totals = slopes[0].sum(0), slopes[1].sum(0)
                bias = self.bias(w, errors[2], sums, subtracted)
                return [torch.mm(product.t(), centred), torch.mm(f.t(), errors[0]), bias, sums, totals * weight / norms, (totals * norms).sum(), torch.empty_like(sums)]
              def finish(self, w: List[Tensor], b: List[Tensor], m: List[Tensor], v: List[Tensor], g: List[Tensor], squares: Tensor, fired: Tensor, subtracted: bool, count: int, settings: List[float], report: bool) -> List[Tensor]:
                small = [g[2], g[3]]
                factor = self.clip(g[6].sum(), small, settings[2])
                magnitudes = torch.zeros_like(g[2])
                if report:
                  magnitudes = self.magnitudes([g[0], g[1].to(6) + w[1] * g[4].unsqueeze(1), g[2], g[3]], report)
                if bool(torch.isfinite(magnitudes).all()) if report else True:
                  self.move_biases(b, m, v, small, factor, count, settings)
                return [magnitudes, factor, squares.sum(), g[5].clone(), fired.sum(), (fired <= 0).sum()]
            """;

    private final KernelContext shared;
    private final PositiveKernels kernels;
    private final TorchProgram program;

    NormedStep(KernelContext shared) {
        this.shared = shared;
        this.kernels = new PositiveKernels(shared.kernels());
        this.program = shared.compile("normed", TEXT);
    }

    /**
     * Takes a step; returns magnitudes of gradients, and what it saw as the recipe's program does.
     */
    List<NDArray> take(ByNorms step, Batch batch, StepContext context, double learningRate) {
        int rows = (int) batch.rows();
        List<NDArray> forward =
                shared.call(program, "reconstruct", batch)
                        .array(batch.inputs())
                        .flag(shared.weights().subtracted())
                        .count(PositiveKernels.errorBlocks(rows))
                        .run();
        NDArray latents = forward.get(1); // (B, F)
        NDArray norms = forward.get(7); // (F)
        Errors errors = new Errors(forward.get(4), forward.get(5), forward.get(6));
        NDArray bias = shared.weights().decoderBias().value(); // (D)
        kernels.compare(forward.get(3), new Targets(bias, batch.targets(), 2f / rows), errors);
        List<NDArray> back =
                program.call("back", batch.inputs().getManager())
                        .array(norms)
                        .array(errors.output())
                        .array(forward.get(2))
                        .number(step.weight())
                        .count(PositiveKernels.slopeBlocks(rows))
                        .run();
        NDArray product = back.getFirst(); // (B, F)
        Slopes slopes = new Slopes(back.get(1), back.get(2), back.get(3));
        kernels.differentiate(product, latents, 0, slopes); // the penalty is in the product
        List<NDArray> gradients =
                shared.call(program, "differentiate", batch)
                        .arrays(List.of(forward.getFirst(), latents, product))
                        .arrays(List.of(errors.output(), errors.squares(), errors.columns()))
                        .arrays(List.of(slopes.sums(), slopes.latents()))
                        .array(norms)
                        .number(step.weight())
                        .flag(shared.weights().subtracted())
                        .run();
        return finish(
                new Differentiated(gradients, errors.squares(), slopes.fired()),
                batch,
                context,
                learningRate);
    }

    /**
     * A batch that gradients are known of.
     *
     * @param gradients dL/dW_e and dL/dW_d without shares (F, D), bfloat16, dL/db, dL/db_e, the
     *     shares (F), the penalty, and room for squares of rows (F)
     * @param squares sums of e^2
     * @param fired in how many rows each latent is active (F)
     */
    private record Differentiated(List<NDArray> gradients, NDArray squares, NDArray fired) {}

    private List<NDArray> finish(
            Differentiated seen, Batch batch, StepContext context, double learningRate) {
        AdamKernels adam = shared.adam(context, learningRate);
        AffineWeights weights = shared.weights();
        List<NDArray> gradients = seen.gradients();
        NDArray shares = gradients.get(4); // (F)
        if (shared.update().maxGradientNorm() > 0) {
            adam.sumSquares(
                    gradients.get(0),
                    gradients.get(1),
                    weights.decoderWeight().value(),
                    shares,
                    gradients.get(6));
        }
        TorchCall call =
                shared.addBiases(shared.call(program, "finish", batch))
                        .arrays(gradients)
                        .array(seen.squares())
                        .array(seen.fired());
        List<NDArray> results = shared.addSettings(call, context, learningRate).run();
        if (shared.mayMove(results.getFirst(), context)) {
            NDArray factor = results.get(1); // ()
            adam.moveByBfloat16(weights.encoderWeight(), gradients.get(0), factor);
            adam.moveSharing(weights.decoderWeight(), gradients.get(1), shares, factor);
        }
        return Stream.concat(results.stream().limit(1), results.stream().skip(2)).toList();
    }
}
