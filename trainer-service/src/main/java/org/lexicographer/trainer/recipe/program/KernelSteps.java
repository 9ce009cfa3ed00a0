package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.cuda.KernelModule;
import org.lexicographer.trainer.recipe.cuda.KernelShape;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.KernelStep.AboveThresholds;
import org.lexicographer.trainer.recipe.loss.KernelStep.AllPositive;
import org.lexicographer.trainer.recipe.loss.KernelStep.LargestOfBatch;
import org.lexicographer.trainer.recipe.loss.KernelStep.LargestOfRow;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * Steps with products in bfloat16 on a GPU, of which PyTorch takes the products and kernels of our
 * own what lies between: where few latents are chosen, only those are decoded and differentiated.
 * Steps that kernels do not know are taken as one call of a program. Nothing is kept between steps.
 */
public final class KernelSteps implements FastSteps {

    private final GradientFunction function;
    private final ProgramSteps others;
    private final ChosenStep chosen;
    private final PositiveStep positive;
    private final JumpStep jump;

    private KernelSteps(
            GradientFunction function,
            ProgramSteps others,
            ChosenStep chosen,
            PositiveStep positive,
            JumpStep jump) {
        this.function = function;
        this.others = others;
        this.chosen = chosen;
        this.positive = positive;
        this.jump = jump;
    }

    /**
     * Compiles kernels for the device of a manager, which owns them.
     *
     * @param state what the function's loss is a function of
     * @param others take the steps that kernels do not know, of the same function
     * @return empty where kernels do not take the shapes or the device
     */
    public static Optional<KernelSteps> of(
            NDManager manager,
            GradientFunction function,
            RecipeState state,
            Update update,
            ProgramSteps others) {
        AffineWeights weights = state.weights();
        return KernelShape.of(weights.dictionarySize(), weights.inputDim(), weights.outputDim())
                .flatMap(shape -> KernelModule.compile(manager.getDevice(), shape))
                .map(
                        kernels -> {
                            manager.attachInternal("kernels", kernels);
                            KernelContext context =
                                    new KernelContext(manager, kernels, state, update);
                            return new KernelSteps(
                                    function,
                                    others,
                                    new ChosenStep(context),
                                    new PositiveStep(context),
                                    new JumpStep(context));
                        });
    }

    @Override
    public Losses step(Batch batch, StepContext context, double learningRate) {
        Optional<KernelStep> step = function.kernelStep(batch, context);
        if (step.isEmpty()) {
            return others.step(batch, context, learningRate);
        }
        List<NDArray> seen =
                switch (step.get()) {
                    case LargestOfRow row -> chosen.ofRows(row, batch, context, learningRate);
                    case LargestOfBatch all -> chosen.ofBatch(all, batch, context, learningRate);
                    case AllPositive all ->
                            positive.take(
                                    all,
                                    batch,
                                    function.arrays(batch).getFirst(),
                                    context,
                                    learningRate);
                    case AboveThresholds jumps -> jump.take(jumps, batch, context, learningRate);
                };
        return others.seen(seen, batch, context);
    }
}
