package org.lexicographer.trainer.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDResource;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.BatchCheck;
import org.lexicographer.trainer.recipe.LearningSchedule;
import org.lexicographer.trainer.recipe.Recipe;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.objective.InitialWeights;
import org.lexicographer.trainer.recipe.objective.Objective;
import org.lexicographer.trainer.recipe.objective.Objective.Batch;
import org.lexicographer.trainer.recipe.objective.Objective.Losses;
import org.lexicographer.trainer.recipe.objective.Objective.Outcome;
import org.lexicographer.trainer.recipe.objective.Objective.StepContext;
import org.lexicographer.trainer.recipe.objective.SparseSteps;
import org.lexicographer.trainer.recipe.objective.TrainingMethod;
import org.lexicographer.trainer.recipe.objective.TrainingMethod.Sparsity;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.sparse.VectorKernel;
import org.lexicographer.trainer.recipe.standard.StandardRecipe;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * A recipe that works out the gradients of an {@link Objective} over whole arrays and moves the
 * weights by them, on any device. Where the objective has a sparse plan, that is taken on the CPU.
 */
public final class GradientRecipe implements Recipe {

    private static final String STEP = "step";

    /**
     * The share of active latents above which steps are dense. Sparse ones were measured to be
     * faster at this share, and no faster at twice as much.
     */
    private static final double DENSE_SHARE = 0.2;

    private final NDManager manager;
    private final double learningRate;
    private final LearningSchedule schedule;
    private final Objective objective;
    private final Update update;
    private final Optional<SparseSteps> sparse;
    private long steps;

    private GradientRecipe(
            NDManager manager,
            RecipeSpec spec,
            InitialWeights weights,
            int totalSteps,
            Optional<SparsePlan> plan) {
        TrainingMethod method = Objectives.of(spec);
        this.manager = manager;
        this.learningRate = spec.basics().learningRate();
        this.schedule = LearningSchedule.of(spec, totalSteps);
        this.objective = method.loss().start(manager, weights);
        this.update = method.update();
        this.sparse = plan.flatMap(it -> objective.sparse(it, update));
    }

    public static GradientRecipe start(
            NDManager parent, RecipeSpec spec, int inputDim, int outputDim, int totalSteps) {
        InitialWeights weights = Objectives.of(spec).initialWeights(spec, inputDim, outputDim);
        return start(parent, spec, weights, totalSteps);
    }

    /** Starts from given weights instead of the seed's. */
    public static GradientRecipe start(
            NDManager parent, RecipeSpec spec, InitialWeights weights, int totalSteps) {
        return start(parent, spec, weights, totalSteps, fastest(parent.getDevice(), spec));
    }

    /** Starts from given weights and takes sparse steps in a given plan, or none. */
    public static GradientRecipe start(
            NDManager parent,
            RecipeSpec spec,
            InitialWeights weights,
            int totalSteps,
            Optional<SparsePlan> plan) {
        NDManager manager = parent.newSubManager();
        try {
            return new GradientRecipe(manager, spec, weights, totalSteps, plan);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static Optional<SparsePlan> fastest(Device device, RecipeSpec spec) {
        return Objectives.of(spec).sparsity() == Sparsity.CHOSEN
                        && StandardRecipe.stepsSparsely(device)
                ? Optional.of(new SparsePlan(new VectorKernel(), DENSE_SHARE))
                : Optional.empty();
    }

    @Override
    public void step(NDArray inputs, NDArray targets) {
        run(inputs, targets, false);
    }

    @Override
    public StepReport stepAndReport(NDArray inputs, NDArray targets) {
        long step = steps;
        Losses losses = run(inputs, targets, true);
        return new StepReport(
                step,
                losses.reconstruction(),
                losses.sparsity(),
                losses.l0(),
                learningRate(step),
                objective.deadLatents());
    }

    private Losses run(NDArray inputs, NDArray targets, boolean report) {
        Parameter encoder = objective.parameters().getFirst();
        BatchCheck.check(
                inputs,
                targets,
                (int) encoder.value().getShape().get(1),
                (int) objective.decoderWeight().value().getShape().get(1));
        try (NDManager scope = manager.newSubManager()) {
            scope.tempAttachAll(weights());
            Batch batch = new Batch(copy(inputs, scope), copy(targets, scope));
            if (steps == 0) {
                objective.begin(batch);
            }
            StepContext context = new StepContext(steps, schedule.sparsityFactor(steps), report);
            Losses losses =
                    sparse.flatMap(it -> it.step(batch, context, learningRate(steps)))
                            .orElseGet(() -> dense(batch, context));
            objective.updated(batch, steps);
            steps++;
            return losses;
        }
    }

    private Losses dense(Batch batch, StepContext context) {
        Outcome outcome = objective.evaluate(batch, context);
        if (context.report()) {
            outcome.gradients().checkFinite();
        }
        update.apply(
                outcome.gradients(), objective.decoderWeight(), learningRate(steps), steps + 1);
        return outcome.losses();
    }

    private NDResource[] weights() {
        return objective.parameters().stream()
                .<NDResource>map(Parameter::value)
                .toArray(NDResource[]::new);
    }

    private static NDArray copy(NDArray rows, NDManager scope) {
        NDArray copy = rows.duplicate(); // like the rows
        copy.attach(scope);
        return copy;
    }

    private double learningRate(long step) {
        return learningRate * schedule.learningRateFactor(step);
    }

    @Override
    public long stepsTaken() {
        return steps;
    }

    @Override
    public Dictionary dictionary(NDManager owner) {
        return objective.dictionary(owner);
    }

    @Override
    public void save(SafetensorsWriter writer, String prefix) {
        objective.parameters().forEach(parameter -> parameter.save(writer, prefix));
        objective.saveState(writer, prefix);
        writer.addLongs(prefix + STEP, List.of(), new long[] {steps});
    }

    @Override
    public void restore(TensorSource tensors, String prefix) {
        objective.parameters().forEach(parameter -> parameter.restore(tensors, prefix));
        objective.restoreState(tensors, prefix);
        steps = tensors.longs(prefix + STEP)[0];
    }

    /** Returns how many native arrays the recipe owns, for tests of its memory. */
    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }
}
