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
import org.lexicographer.trainer.recipe.loss.KernelStep.AllPositive;
import org.lexicographer.trainer.recipe.loss.KernelStep.Penalty;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * Steps in which all positive latents are active by kernels: five products in PyTorch, and one pass
 * between each; where the penalty is of powers, one more.
 */
final class PositiveStep {

    private static final String TEXT =
            """
              def reconstruct(self, w: List[Tensor], x: Tensor, subtracted: bool, blocks: int) -> List[Tensor]:
                centred = self.centred(w, x, subtracted)
                f = self.encoded(w, centred)
                decoder = w[1].to(15)
                squares = torch.empty([blocks], dtype=6, device=x.device)
                columns = torch.empty([blocks, x.size(1)], dtype=6, device=x.device)
                return [centred, f, decoder, torch.mm(f, decoder), torch.empty_like(centred), squares, columns]
              def back(self, w: List[Tensor], output: Tensor, decoder: Tensor, blocks: int) -> List[Tensor]:
                sums = torch.empty([blocks, w[3].size(0)], dtype=6, device=output.device)
                return [torch.mm(output, decoder.t()), sums, torch.empty_like(sums), torch.zeros_like(w[3], dtype=3)]
              def finish(self, w: List[Tensor], b: List[Tensor], m: List[Tensor], v: List[Tensor], batch: List[Tensor], errors: List[Tensor], slopes: List[Tensor], penalties: List[Tensor], share: float, silent: Tensor, subtracted: bool, count: int, settings: List[float], report: bool) -> List[Tensor]:
                centred, f, product = batch[0], batch[1], batch[2]
                encoder = torch.mm(product.t(), centred)
                decoder = torch.mm(f.t(), errors[0])
                sums = slopes[0].sum(0)
                bias = self.bias(w, errors[2], sums, subtracted)
                magnitudes = self.magnitudes([encoder, decoder, bias, sums], report)
                factor = torch.ones_like(sums[:1])
                if bool(torch.isfinite(magnitudes).all()) if report else True:
                  self.move_biases(b, m, v, [bias, sums], factor.sum(), count, settings)
                silent.add_(1.).mul_((slopes[1] <= 0).to(6))
                return [magnitudes, factor, encoder, decoder, errors[1].sum(), slopes[1].sum()] + [it.sum() * share for it in penalties]
            """;

    private final KernelContext shared;
    private final PositiveKernels kernels;
    private final PowerSums powers;
    private final TorchProgram program;

    PositiveStep(KernelContext shared, PowerSums powers) {
        this.shared = shared;
        this.kernels = new PositiveKernels(shared.kernels());
        this.powers = powers;
        this.program = shared.compile("positive", TEXT);
    }

    /**
     * Takes a step; returns magnitudes of gradients, and what it saw as the recipe's program does.
     */
    List<NDArray> take(AllPositive step, Batch batch, StepContext context, double learningRate) {
        int rows = (int) batch.rows();
        List<NDArray> forward =
                shared.call(program, "reconstruct", batch)
                        .array(batch.inputs())
                        .flag(shared.weights().subtracted())
                        .count(PositiveKernels.errorBlocks(rows))
                        .run();
        NDArray latents = forward.get(1); // (B, F)
        Errors errors = new Errors(forward.get(4), forward.get(5), forward.get(6));
        NDArray bias = shared.weights().decoderBias().value(); // (D)
        float scale = (float) (2 / step.errorCount());
        kernels.compare(forward.get(3), new Targets(bias, batch.targets(), scale), errors);
        List<NDArray> back = back(batch, errors.output(), forward.get(2));
        NDArray product = back.getFirst(); // (B, F)
        Slopes slopes = new Slopes(back.get(1), back.get(2), back.get(3));
        List<NDArray> penalties = differentiate(step.penalty(), product, latents, slopes);
        TorchCall call =
                shared.addBiases(shared.call(program, "finish", batch))
                        .arrays(List.of(forward.getFirst(), latents, product))
                        .arrays(List.of(errors.output(), errors.squares(), errors.columns()))
                        .arrays(List.of(slopes.sums(), slopes.fired()))
                        .arrays(penalties)
                        .number(step.penalty().share())
                        .array(step.silentSteps());
        List<NDArray> results = shared.addSettings(call, context, learningRate).run();
        if (shared.mayMove(results.getFirst(), context)) {
            move(results, context, learningRate);
        }
        return Stream.concat(results.stream().limit(1), results.stream().skip(4)).toList();
    }

    /**
     * Turns dL/df into dL/dz.
     *
     * @param product W_d' dL/dx^ (B, F), bfloat16; becomes dL/dz
     * @param latents f (B, F), bfloat16
     * @return what sums up to the penalty, under its exponent and the next
     */
    private List<NDArray> differentiate(
            Penalty penalty, NDArray product, NDArray latents, Slopes slopes) {
        if (penalty.isOfSums()) {
            float weight = (float) (penalty.weight() * penalty.share());
            kernels.differentiate(product, latents, weight, slopes);
            return List.of(slopes.latents(), slopes.latents());
        }
        PowerSums.Seen seen = powers.of(penalty, latents);
        kernels.differentiate(product, latents, seen.slope(), slopes);
        return seen.rows();
    }

    private List<NDArray> back(Batch batch, NDArray output, NDArray decoder) {
        int rows = (int) batch.rows();
        return shared.call(program, "back", batch)
                .array(output)
                .array(decoder)
                .count(PositiveKernels.slopeBlocks(rows))
                .run();
    }

    private void move(List<NDArray> results, StepContext context, double learningRate) {
        AdamKernels adam = shared.adam(context, learningRate);
        NDArray factor = results.get(1); // (1)
        AffineWeights weights = shared.weights();
        adam.moveByBfloat16(weights.encoderWeight(), results.get(2), factor);
        adam.projectAndMoveUnit(
                weights.decoderWeight(), results.get(3), factor, shared.update().decoderNorm());
    }
}
