package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.lexicographer.kernel.program.TorchCall;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.trainer.recipe.cuda.AdamKernels;
import org.lexicographer.trainer.recipe.cuda.ShapedKernels;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * What all steps by kernels share.
 *
 * @param manager owns compiled programs
 * @param kernels compiled for the weights' shape
 * @param state of which W_e, W_d, b and b_e are trained, in this order, and what else each latent
 *     has
 */
record KernelContext(NDManager manager, ShapedKernels kernels, RecipeState state, Update update) {

    /**
     * Biases and thresholds move within PyTorch, by gradients from sums over columns of dL/dx^ and
     * over dL/dz. {@code clip} returns the factor that cuts all gradients to a norm.
     */
    private static final String SHARED =
            """
              def centred(self, w: List[Tensor], x: Tensor, subtracted: bool) -> Tensor:
                if subtracted:
                  x = x - w[2]
                return x.to(15)
              def encoded(self, w: List[Tensor], centred: Tensor) -> Tensor:
                return torch._addmm_activation(w[3].to(15), centred, w[0].to(15).t())
              def bias(self, w: List[Tensor], columns: Tensor, sums: Tensor, subtracted: bool) -> Tensor:
                gradient = columns.sum(0)
                if subtracted:
                  gradient = gradient - torch.mv(w[0].t(), sums)
                return gradient
              def clip(self, squares: Tensor, g: List[Tensor], largest: float) -> Tensor:
                if largest > 0.:
                  for it in g:
                    squares = squares + it.square().sum()
                  return self.clip_factor(squares, largest)
                return torch.ones_like(squares)
              def magnitudes(self, gradients: List[Tensor], report: bool) -> Tensor:
                if report:
                  return torch.stack([it.to(6).abs().sum() for it in gradients])
                return torch.zeros_like(gradients[2])
              def move_biases(self, b: List[Tensor], m: List[Tensor], v: List[Tensor], g: List[Tensor], factor: Tensor, count: int, settings: List[float]):
                self.move(b, m, v, [it * factor for it in g], count, settings[0], settings[1])
            """;

    /**
     * Compiles functions that may call the shared ones.
     *
     * @param name the program's, unlike others of the manager
     */
    TorchProgram compile(String name, String functions) {
        TorchProgram program =
                TorchProgram.compile(manager.getDevice(), functions + SHARED + MoveText.TEXT);
        manager.attachInternal(name, program);
        return program;
    }

    AffineWeights weights() {
        return state.weights();
    }

    private List<Parameter> biases() {
        return state.parameters().subList(2, state.parameters().size());
    }

    /** Begins a call that takes the weights first. */
    TorchCall call(TorchProgram program, String function, Batch batch) {
        return program.call(function, batch.inputs().getManager())
                .arrays(state.parameters().stream().map(Parameter::value).toList());
    }

    /** Adds the biases with their moments, as {@code move_biases} takes them. */
    TorchCall addBiases(TorchCall call) {
        return call.arrays(biases().stream().map(Parameter::value).toList())
                .arrays(biases().stream().map(Parameter::firstMoment).toList())
                .arrays(biases().stream().map(Parameter::secondMoment).toList());
    }

    /** Adds what an update depends on. */
    TorchCall addSettings(TorchCall call, StepContext context, double learningRate) {
        return call.flag(weights().subtracted())
                .count(context.step() + 1)
                .numbers(List.of(learningRate, update.beta1(), update.maxGradientNorm()))
                .flag(context.report());
    }

    AdamKernels adam(StepContext context, double learningRate) {
        return new AdamKernels(
                kernels, AdamStep.of(learningRate, context.step() + 1, update.beta1()));
    }

    /**
     * Tells whether rows may move, as biases have where they may: not by gradients that are
     * reported and not finite.
     *
     * @param magnitudes of each parameter's gradient, summed
     */
    boolean mayMove(NDArray magnitudes, StepContext context) {
        return !context.report() || ProgramSteps.areFinite(magnitudes.toFloatArray());
    }
}
