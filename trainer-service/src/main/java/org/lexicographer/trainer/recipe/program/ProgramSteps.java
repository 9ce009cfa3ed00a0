package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Function;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.trainer.recipe.NotFiniteException;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * Steps of which each is one call: gradients and update of a {@link GradientFunction}, on any
 * device, with matrix products in a type of their own. Weights, moments and sums over the batch are
 * float32.
 */
public final class ProgramSteps implements FastSteps {

    /**
     * What all losses share. {@code latents} returns max(0, (x - [b]) W^T + b_e). {@code backward}
     * returns the gradients of W_e, W_d and b, and the sum of dL/dz over the batch, from x - [b]
     * and dL/dz in the products' type, dL/dW_d and dL/dx^. {@code stream_bias} returns the gradient
     * of b from dL/dx^ and that sum. {@code active} and {@code dead} count positive latents, and
     * columns without any, where a step is reported: sums of ones by rows first, which are exact in
     * float32 and a third of what a sum of booleans costs, which PyTorch makes whole numbers of 8
     * bytes.
     */
    private static final String SHARED =
            """
              def centred(self, w: List[Tensor], x: Tensor, subtracted: bool, dtype: int) -> Tensor:
                if subtracted:
                  x = x - w[2]
                return x.to(dtype)
              def latents(self, centred: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                return torch._addmm_activation(bias.to(centred.dtype), centred, weight.to(centred.dtype).t())
              def active(self, f: Tensor, report: bool) -> Tensor:
                return f.sign().sum(1, dtype=6).to(4).sum() if report else torch.zeros([], dtype=4)
              def dead(self, f: Tensor, report: bool) -> Tensor:
                return (f.amax(0) <= 0).sum() if report else torch.zeros([], dtype=4)
              def stream_bias(self, w: List[Tensor], output: Tensor, sums: Tensor, subtracted: bool) -> Tensor:
                bias = output.sum(0)
                return bias - torch.mv(w[0].t(), sums) if subtracted else bias
              def backward(self, w: List[Tensor], centred: Tensor, product: Tensor, decoder: Tensor, output: Tensor, subtracted: bool) -> List[Tensor]:
                encoder = torch.mm(product.t(), centred).to(6)
                sums = product.sum(0, dtype=6)
                return [encoder, decoder, self.stream_bias(w, output, sums, subtracted), sums]
              def norms(self, rows: Tensor, guard: float) -> Tensor:
                return rows.square().sum(1, True).sqrt_().add_(guard)
              def update(self, w: List[Tensor], m: List[Tensor], v: List[Tensor], g: List[Tensor], count: int, settings: List[float]):
                rate, beta1, largest, unit, projection_guard, norm_guard = settings[0], settings[1], settings[2], settings[3], settings[4], settings[5]
                if unit > 0.:
                  rows = w[1] / self.norms(w[1], projection_guard)
                  g[1].sub_(rows * (rows * g[1]).sum(1, True))
                if largest > 0.:
                  squares = torch.zeros_like(g[2].sum())
                  for it in g:
                    squares = squares + it.square().sum()
                  factor = self.clip_factor(squares, largest)
                  for it in g:
                    it.mul_(factor)
                self.move(w, m, v, g, count, rate, beta1)
                if unit > 0.:
                  w[1].div_(self.norms(w[1], norm_guard))
              def step(self, w: List[Tensor], m: List[Tensor], v: List[Tensor], x: Tensor, y: Tensor, numbers: List[float], arrays: List[Tensor], subtracted: bool, dtype: int, count: int, settings: List[float], report: bool) -> List[Tensor]:
                g, seen = self.gradients(w, x, y, numbers, arrays, subtracted, dtype, report)
                magnitudes = torch.zeros_like(w[2])
                if report:
                  magnitudes = torch.stack([it.abs().sum() for it in g])
                if bool(torch.isfinite(magnitudes).all()) if report else True:
                  self.update(w, m, v, g, count, settings)
                return [magnitudes] + seen
            """;

    private final TorchProgram program;
    private final GradientFunction function;
    private final RecipeState state;
    private final Update update;
    private final ComputeType products;

    /**
     * Compiles a function for the device of a manager, which owns the program.
     *
     * @param state what the function's loss is a function of
     * @param products the type of matrix products
     */
    public ProgramSteps(
            NDManager manager,
            GradientFunction function,
            RecipeState state,
            Update update,
            ComputeType products) {
        this.program =
                TorchProgram.compile(manager.getDevice(), function.text() + SHARED + MoveText.TEXT);
        manager.attachInternal("program", program);
        this.function = function;
        this.state = state;
        this.update = update;
        this.products = products;
    }

    @Override
    public Losses step(Batch batch, StepContext context, double learningRate) {
        List<NDArray> results =
                program.call("step", batch.inputs().getManager())
                        .arrays(all(Parameter::value))
                        .arrays(all(Parameter::firstMoment))
                        .arrays(all(Parameter::secondMoment))
                        .array(batch.inputs())
                        .array(batch.targets())
                        .numbers(function.numbers(batch, context))
                        .arrays(function.arrays(batch))
                        .flag(state.weights().subtracted())
                        .count(number(products))
                        .count(context.step() + 1)
                        .numbers(settings(learningRate))
                        .flag(context.report())
                        .run();
        return seen(results, batch, context);
    }

    /**
     * Takes over what a step saw.
     *
     * @param results sums of the magnitudes of each parameter's gradient where losses are reported,
     *     and what the function saw
     * @throws NotFiniteException when losses are finite and a gradient is not
     */
    Losses seen(List<NDArray> results, Batch batch, StepContext context) {
        Losses losses = function.seen(results.subList(1, results.size()), batch, context);
        if (context.report() && losses.areFinite()) {
            requireFinite(results.getFirst().toFloatArray());
        }
        return losses;
    }

    static boolean areFinite(float[] magnitudes) {
        for (float magnitude : magnitudes) {
            if (!Float.isFinite(magnitude)) {
                return false;
            }
        }
        return true;
    }

    /** Returns what TorchScript calls a type. */
    private static int number(ComputeType type) {
        return switch (type) {
            case FLOAT32 -> 6;
            case BFLOAT16 -> 15;
        };
    }

    private List<NDArray> all(Function<Parameter, NDArray> array) {
        return state.parameters().stream().map(array).toList();
    }

    private List<Double> settings(double learningRate) {
        return List.of(
                learningRate,
                update.beta1(),
                update.maxGradientNorm(),
                update.decoderNorm().isUnit() ? 1.0 : 0.0,
                (double) update.decoderNorm().projectionGuard(),
                (double) update.decoderNorm().normGuard());
    }

    private void requireFinite(float[] magnitudes) {
        for (int i = 0; i < magnitudes.length; i++) {
            if (!Float.isFinite(magnitudes[i])) {
                throw new NotFiniteException(
                        "gradient not finite: parameter=%s, sumOfMagnitudes=%s"
                                .formatted(state.parameters().get(i).name(), magnitudes[i]));
            }
        }
    }
}
