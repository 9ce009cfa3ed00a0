package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.kernel.program.TorchCall;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.trainer.recipe.cuda.AdamKernels;
import org.lexicographer.trainer.recipe.cuda.GateKernels;
import org.lexicographer.trainer.recipe.cuda.GateKernels.Gated;
import org.lexicographer.trainer.recipe.cuda.GateKernels.Products;
import org.lexicographer.trainer.recipe.cuda.GateKernels.Slopes;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Errors;
import org.lexicographer.trainer.recipe.cuda.PositiveKernels.Targets;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.KernelStep.ByGates;
import org.lexicographer.trainer.recipe.loss.KernelStep.Penalty;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * Steps of the gated recipes by kernels: seven products in PyTorch, and one pass between each;
 * where the penalty is of powers, one more. Gates and magnitudes come of one product and go back by
 * one.
 */
final class GatedStep {

    private static final String TEXT =
            """
              def encode(self, w: List[Tensor], x: Tensor, subtracted: bool) -> List[Tensor]:
                centred = self.centred(w, x, subtracted)
                z = torch.mm(centred, w[0].to(15).t())
                return [centred, z, torch.empty_like(z), w[3].exp(), w[1].to(15)]
              def reconstruct(self, h: Tensor, f: Tensor, decoder: Tensor, blocks: int) -> List[Tensor]:
                reconstruction, attempt = torch.mm(f, decoder), torch.mm(h, decoder)
                squares = torch.empty([2, blocks], dtype=6, device=f.device)
                columns = torch.empty([2, blocks, decoder.size(1)], dtype=6, device=f.device)
                return [reconstruction, torch.empty_like(reconstruction), squares[0], columns[0], attempt, torch.empty_like(attempt), squares[1], columns[1]]
              def back(self, output: Tensor, attempt: Tensor, decoder: Tensor, blocks: int) -> List[Tensor]:
                sums = torch.empty([4, blocks, decoder.size(0)], dtype=6, device=output.device)
                fired = torch.zeros([decoder.size(0)], dtype=3, device=output.device)
                return [torch.mm(output, decoder.t()), torch.mm(attempt, decoder.t()), sums, fired]
              def finish(self, w: List[Tensor], b: List[Tensor], m: List[Tensor], v: List[Tensor], batch: List[Tensor], errors: List[Tensor], slopes: List[Tensor], penalties: List[Tensor], share: float, subtracted: bool, count: int, settings: List[float], report: bool) -> List[Tensor]:
                centred, f, product, scale = batch[0], batch[1], batch[2], batch[3]
                encoder = torch.mm(product.t(), centred)
                decoder = torch.mm(f.t(), errors[0])
                sums, fired = slopes[0].sum(1), slopes[1]
                magnitudes, gates = sums[0], sums[1]
                bias = self.bias(w, errors[2], magnitudes * scale + gates, subtracted)
                small = [bias, sums[2] - magnitudes * w[5], gates, magnitudes]
                values = [sums[3], sums[3]] if len(penalties) == 0 else penalties
                reported = self.magnitudes([encoder, decoder] + small, report)
                factor = torch.ones_like(gates[:1])
                if bool(torch.isfinite(reported).all()) if report else True:
                  self.move_biases(b, m, v, small, factor.sum(), count, settings)
                return [reported, factor, encoder, decoder, errors[1].sum(), fired.sum(), (fired <= 0).sum()] + [it.sum() * share for it in values]
            """;

    private final KernelContext shared;
    private final GateKernels gates;
    private final PositiveKernels kernels;
    private final PowerSums powers;
    private final TorchProgram program;

    GatedStep(KernelContext shared, PowerSums powers) {
        this.shared = shared;
        this.gates = new GateKernels(shared.kernels());
        this.kernels = new PositiveKernels(shared.kernels());
        this.powers = powers;
        this.program = shared.compile("gated", TEXT);
    }

    /**
     * Takes a step; returns magnitudes of gradients, and what it saw as the recipes' program does.
     */
    List<NDArray> take(ByGates step, Batch batch, StepContext context, double learningRate) {
        List<NDArray> encoded =
                shared.call(program, "encode", batch)
                        .array(batch.inputs())
                        .flag(shared.weights().subtracted())
                        .run();
        Gated gated = open(encoded);
        NDArray decoder = encoded.get(4); // (F, D)
        Compared compared = compare(gated, decoder, batch);
        List<NDArray> back =
                program.call("back", batch.inputs().getManager())
                        .array(compared.errors().output())
                        .array(compared.attempt())
                        .array(decoder)
                        .count(PositiveKernels.slopeBlocks((int) batch.rows()))
                        .run();
        Products products = new Products(back.get(0), back.get(1));
        Slopes slopes = new Slopes(back.get(2), back.get(3));
        List<NDArray> penalties = differentiate(step.penalty(), products, gated, slopes);
        Errors errors = compared.errors();
        TorchCall call =
                shared.addBiases(shared.call(program, "finish", batch))
                        .arrays(
                                List.of(
                                        encoded.getFirst(),
                                        gated.latents(),
                                        products.magnitudes(),
                                        gated.scales()))
                        .arrays(List.of(errors.output(), errors.squares(), errors.columns()))
                        .arrays(List.of(slopes.sums(), slopes.fired()))
                        .arrays(penalties)
                        .number(step.penalty().share());
        List<NDArray> results = shared.addSettings(call, context, learningRate).run();
        if (shared.mayMove(results.getFirst(), context)) {
            move(results, context, learningRate);
        }
        return Stream.concat(results.stream().limit(1), results.stream().skip(4)).toList();
    }

    /** z becomes h. */
    private Gated open(List<NDArray> encoded) {
        Gated gated = new Gated(encoded.get(1), encoded.get(2), encoded.get(3));
        NDArray gateBias = shared.state().parameters().get(4).value(); // (F)
        NDArray magnitudeBias = shared.state().parameters().get(5).value(); // (F)
        gates.open(encoded.get(1), gateBias, magnitudeBias, gated);
        return gated;
    }

    /**
     * What was seen of two reconstructions.
     *
     * @param errors of x^
     * @param attempt the gradient at the reconstruction from gates (B, D), bfloat16
     */
    private record Compared(Errors errors, NDArray attempt) {}

    private Compared compare(Gated gated, NDArray decoder, Batch batch) {
        int rows = (int) batch.rows();
        List<NDArray> forward =
                program.call("reconstruct", batch.inputs().getManager())
                        .array(gated.gates())
                        .array(gated.latents())
                        .array(decoder)
                        .count(PositiveKernels.errorBlocks(rows))
                        .run();
        NDArray bias = shared.weights().decoderBias().value(); // (D)
        Targets targets = new Targets(bias, batch.targets(), 2f / rows);
        Errors errors = new Errors(forward.get(1), forward.get(2), forward.get(3));
        Errors attempt = new Errors(forward.get(5), forward.get(6), forward.get(7));
        kernels.compare(forward.get(0), targets, errors);
        kernels.compare(forward.get(4), targets, attempt);
        return new Compared(errors, attempt.output());
    }

    /**
     * Turns both products into dL/dz.
     *
     * @return what sums up to a penalty of powers, under its exponent and the next; else nothing
     */
    private List<NDArray> differentiate(
            Penalty penalty, Products products, Gated gated, Slopes slopes) {
        if (penalty.isOfSums()) {
            float weight = (float) (penalty.weight() * penalty.share());
            gates.differentiate(products, gated, weight, slopes);
            return List.of();
        }
        PowerSums.Seen seen = powers.of(penalty, gated.gates());
        gates.differentiate(products, gated, seen.slope(), slopes);
        return seen.rows();
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
