package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;

/**
 * The closed gradients of a {@link Loss} once more, as one function in TorchScript, for devices on
 * which dozens of calls cost more than what they compute. It is tested against the loss itself.
 */
public interface GradientFunction {

    /** How the text begins; its body is indented by four spaces. */
    String HEAD =
            """
              def gradients(self, w: List[Tensor], x: Tensor, y: Tensor, numbers: List[float], arrays: List[Tensor], subtracted: bool, dtype: int, report: bool) -> Tuple[List[Tensor], List[Tensor]]:
            """;

    /**
     * Returns the text: {@link #HEAD}, its body, and methods of the function's own. From the
     * weights in the order of {@link RecipeState#parameters()}, a batch x (B, D) and y (B, Dout),
     * and numbers and arrays of its own, which it may change, it works out the gradients in the
     * same order, float32, and what {@link #seen} takes. Products are to be of the type that {@code
     * dtype} names. It may call {@code centred}, {@code norms}, {@code latents}, {@code backward}
     * and {@code stream_bias}, and for what only reports need {@code active} and {@code dead}.
     */
    String text();

    /** Returns the numbers of a step. */
    List<Double> numbers(Batch batch, StepContext context);

    /** Returns the arrays of a step. */
    List<NDArray> arrays(Batch batch);

    /**
     * Returns the next step as kernels take it, where it is one that they know. {@link #seen} takes
     * over what they saw, in the order of the text's results.
     */
    default Optional<KernelStep> kernelStep(Batch batch, StepContext context) {
        return Optional.empty();
    }

    /**
     * Takes over what the function saw: moves counters and thresholds, and returns the losses where
     * they are wanted.
     */
    Losses seen(List<NDArray> results, Batch batch, StepContext context);
}
