package org.lexicographer.trainer.recipe.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.lexicographer.trainer.recipe.cuda.KernelModule;
import org.lexicographer.trainer.recipe.cuda.KernelShape;
import org.lexicographer.trainer.recipe.cuda.ShapedKernels;
import org.lexicographer.trainer.recipe.loss.AffineWeights;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.KernelStep;
import org.lexicographer.trainer.recipe.loss.KernelStep.AboveThresholds;
import org.lexicographer.trainer.recipe.loss.KernelStep.AllPositive;
import org.lexicographer.trainer.recipe.loss.KernelStep.ByGates;
import org.lexicographer.trainer.recipe.loss.KernelStep.ByNorms;
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
 * Kernels are compiled at the first step that they know. Steps, shapes and GPUs that they do not
 * know are left to one call of a program. Nothing is kept between steps.
 */
public final class KernelSteps implements FastSteps {

    private final NDManager manager;
    private final GradientFunction function;
    private final RecipeState state;
    private final Update update;
    private final ProgramSteps others;
    private final Compiler compiler;
    private boolean isCompiled;
    private Optional<Kernels> kernels = Optional.empty();

    /**
     * Creates steps on the device of a manager, which owns what is compiled.
     *
     * @param state what the function's loss is a function of
     * @param others take the steps that kernels do not know, of the same function
     */
    public KernelSteps(
            NDManager manager,
            GradientFunction function,
            RecipeState state,
            Update update,
            ProgramSteps others) {
        this(
                manager,
                function,
                state,
                update,
                others,
                shape -> KernelModule.compile(manager.getDevice(), shape));
    }

    /** Creates steps with kernels from elsewhere. */
    public KernelSteps(
            NDManager manager,
            GradientFunction function,
            RecipeState state,
            Update update,
            ProgramSteps others,
            Compiler compiler) {
        this.manager = manager;
        this.function = function;
        this.state = state;
        this.update = update;
        this.others = others;
        this.compiler = compiler;
    }

    /** Makes kernels for a shape, where there can be any. */
    @FunctionalInterface
    public interface Compiler {

        /** Returns kernels; the caller closes them. */
        Optional<? extends ShapedKernels> compile(KernelShape shape);
    }

    /** What takes steps of each kind. */
    private record Kernels(
            ShapedKernels module,
            ChosenStep chosen,
            PositiveStep positive,
            NormedStep normed,
            GatedStep gated,
            JumpStep jump) {}

    /** Tells whether kernels take steps here; compiles them if they have not been. */
    public boolean takeSteps() {
        return kernels().isPresent();
    }

    private Optional<Kernels> kernels() {
        if (!isCompiled) {
            isCompiled = true;
            kernels = compile();
        }
        return kernels;
    }

    private Optional<Kernels> compile() {
        AffineWeights weights = state.weights();
        return KernelShape.of(weights.dictionarySize(), weights.inputDim(), weights.outputDim())
                .flatMap(compiler::compile)
                .map(
                        module -> {
                            manager.attachInternal("kernels", module);
                            KernelContext context =
                                    new KernelContext(manager, module, state, update);
                            PowerSums powers = new PowerSums(context);
                            return new Kernels(
                                    module,
                                    new ChosenStep(context),
                                    new PositiveStep(context, powers),
                                    new NormedStep(context),
                                    new GatedStep(context, powers),
                                    new JumpStep(context));
                        });
    }

    @Override
    public Losses step(Batch batch, StepContext context, double learningRate) {
        Optional<KernelStep> step =
                function.kernelStep(batch, context).filter(it -> isTaken(it, batch));
        if (step.isEmpty()) {
            return others.step(batch, context, learningRate);
        }
        Kernels taking = kernels.orElseThrow();
        List<NDArray> seen =
                switch (step.get()) {
                    case LargestOfRow row ->
                            taking.chosen().ofRows(row, batch, context, learningRate);
                    case LargestOfBatch all ->
                            taking.chosen().ofBatch(all, batch, context, learningRate);
                    case AllPositive all ->
                            taking.positive().take(all, batch, context, learningRate);
                    case ByNorms norms -> taking.normed().take(norms, batch, context, learningRate);
                    case ByGates gates -> taking.gated().take(gates, batch, context, learningRate);
                    case AboveThresholds jumps ->
                            taking.jump().take(jumps, batch, context, learningRate);
                };
        return others.seen(seen, batch, context);
    }

    private static boolean isTaken(KernelStep step, ShapedKernels module) {
        return !(step instanceof LargestOfBatch batch)
                || module.choosesOfBatch(batch.prefixes().size());
    }

    /** Places of latents are counted by an {@code int}. */
    private boolean isTaken(KernelStep step, Batch batch) {
        boolean isTooLarge = batch.rows() * state.weights().dictionarySize() > Integer.MAX_VALUE;
        if (isTooLarge || (update.maxGradientNorm() > 0 && !step.canBeClipped())) {
            return false;
        }
        return kernels().filter(it -> isTaken(step, it.module())).isPresent();
    }
}
