package org.lexicographer.trainer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.LearningSchedule;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.loss.FastSteps;
import org.lexicographer.trainer.recipe.loss.GradientFunction;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.Outcome;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.RecipeState;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.program.KernelSteps;
import org.lexicographer.trainer.recipe.program.ProgramSteps;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.sparse.SparseSteps;
import org.lexicographer.trainer.recipe.update.Parameter;
import org.lexicographer.trainer.recipe.update.Update;

/**
 * One dictionary in training: takes batches, holds weights and optimiser state. A step moves the
 * weights by the gradients of a {@link Loss} over whole arrays, on any device, or as the loss's
 * {@link FastSteps} do it.
 *
 * <p>The result after n steps is a function of the settings and the n batches alone, whether or not
 * reports were read, and whether or not the state was saved and restored in between. Different
 * recipes may step at the same time on the same batch; one recipe belongs to one thread at a time.
 */
public final class Recipe implements AutoCloseable {

    private static final String STEP = "step";

    private final NDManager manager;
    private final double learningRate;
    private final LearningSchedule schedule;
    private final Loss loss;
    private final RecipeState state;
    private final Update update;
    private final Optional<FastSteps> fast;
    private final boolean drawn;
    private long steps;
    private long latentsResampled;

    /**
     * Creates a recipe that stands before its first step.
     *
     * @param manager owns the arrays of the loss, and is closed with the recipe
     * @param spec says learning rate and schedule
     * @param totalSteps the steps that will be taken, where a decay of the learning rate ends
     * @param loss what is minimised
     * @param update how the weights follow its gradients
     * @param plan how sparse steps are to be taken; empty means never
     */
    public Recipe(
            NDManager manager,
            RecipeSpec spec,
            int totalSteps,
            Loss loss,
            Update update,
            Optional<SparsePlan> plan) {
        this.manager = manager;
        this.learningRate = spec.basics().learningRate();
        this.schedule = LearningSchedule.of(spec, totalSteps);
        this.drawn = spec.basics().initialize().isEmpty();
        this.loss = loss;
        this.state = loss.state();
        this.update = update;
        this.fast =
                manager.getDevice().isGpu()
                        ? Optional.of(onGpu(spec.basics().computeType()))
                        : plan.flatMap(this::sparse);
    }

    /** On a GPU each of the dozens of calls of a step costs more than most operations. */
    private FastSteps onGpu(ComputeType products) {
        GradientFunction function = loss.function();
        ProgramSteps program = new ProgramSteps(manager, function, state, update, products);
        return switch (products) {
            case FLOAT32 -> program;
            case BFLOAT16 -> new KernelSteps(manager, function, state, update, program);
        };
    }

    private Optional<FastSteps> sparse(SparsePlan plan) {
        return loss.byEntries(plan.workers())
                .map(formula -> SparseSteps.of(formula, state, plan, update));
    }

    /**
     * Starts a recipe from its seed.
     *
     * @param parent whose device is trained on; the recipe's memory is in a manager of its own
     *     below it
     * @param spec the settings
     * @param inputDim the width of the activations that are read, D
     * @param outputDim the width of those that are reconstructed, Dout
     * @param totalSteps the steps that will be taken, where a decay of the learning rate ends
     */
    public static Recipe start(
            NDManager parent, RecipeSpec spec, int inputDim, int outputDim, int totalSteps) {
        checkSize(spec, Math.max(inputDim, outputDim));
        InitialWeights weights = TrainingMethods.of(spec).initialWeights(spec, inputDim, outputDim);
        return start(parent, spec, weights, totalSteps);
    }

    /** Matrices are saved, and seen on a CPU, through buffers of at most 2^31 - 1 bytes. */
    private static void checkSize(RecipeSpec spec, int width) {
        long bytes = (long) spec.dictionarySize() * width * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "matrix too large: expected at most=%d bytes, found=%d, dictionarySize=%d, activationDim=%d"
                            .formatted(Integer.MAX_VALUE, bytes, spec.dictionarySize(), width));
        }
    }

    /**
     * Starts from the weights of a dictionary instead of the seed's; moments and counters are new.
     *
     * @param dictionary takes activations scaled like the batches
     * @throws DictionaryException when a recipe of these settings cannot start from it
     */
    public static Recipe start(
            NDManager parent, RecipeSpec spec, Dictionary dictionary, int totalSteps) {
        return start(parent, spec, DictionaryStart.weights(spec, dictionary), totalSteps);
    }

    /** Starts from given weights instead of the seed's. */
    public static Recipe start(
            NDManager parent, RecipeSpec spec, InitialWeights weights, int totalSteps) {
        Optional<SparsePlan> plan = FastestSteps.on(parent.getDevice(), spec.basics().denseShare());
        return start(parent, spec, weights, totalSteps, plan);
    }

    /** Starts from given weights and takes sparse steps in a given plan, or none. */
    public static Recipe start(
            NDManager parent,
            RecipeSpec spec,
            InitialWeights weights,
            int totalSteps,
            Optional<SparsePlan> plan) {
        TrainingMethod method = TrainingMethods.of(spec);
        NDManager manager = parent.newSubManager();
        try {
            Loss loss = method.loss().start(manager, weights);
            return new Recipe(manager, spec, totalSteps, loss, method.update(), plan);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Takes one step.
     *
     * @param inputs the activations that are read, float32 (B, D); left as they are
     * @param targets those to reconstruct, float32 (B, Dout), row by row; may be {@code inputs}
     */
    public void step(NDArray inputs, NDArray targets) {
        run(inputs, targets, false);
    }

    /** Takes the same step and says what it saw, which on a GPU waits for the step to end. */
    public StepReport stepAndReport(NDArray inputs, NDArray targets) {
        long step = steps;
        Losses losses = run(inputs, targets, true);
        return new StepReport(
                step,
                losses.reconstruction(),
                losses.sparsity(),
                losses.l0(),
                learningRate(step),
                losses.deadLatents());
    }

    private Losses run(NDArray inputs, NDArray targets, boolean report) {
        BatchCheck.check(inputs, targets, state.weights());
        try (NDManager scope = manager.newSubManager()) {
            scope.tempAttachAll(weights());
            NDArray read = copy(inputs, scope); // (B, D)
            Batch batch = new Batch(read, inputs == targets ? read : copy(targets, scope));
            if (steps == 0 && drawn) {
                loss.begin(batch);
            }
            StepContext context = new StepContext(steps, schedule.sparsityFactor(steps), report);
            Losses losses =
                    fast.map(it -> it.step(batch, context, learningRate(steps)))
                            .orElseGet(() -> overWholeArrays(batch, context));
            latentsResampled += loss.resample(batch, steps);
            steps++;
            return losses;
        }
    }

    private Losses overWholeArrays(Batch batch, StepContext context) {
        Outcome outcome = loss.evaluate(batch, context);
        if (context.report() && outcome.losses().areFinite()) {
            outcome.gradients().checkFinite();
        }
        update.apply(
                outcome.gradients(),
                state.weights().decoderWeight(),
                learningRate(steps),
                steps + 1);
        return outcome.losses();
    }

    private NDResource[] weights() {
        return state.parameters().stream()
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

    /** Returns the number of steps taken since the start of training. */
    public long stepsTaken() {
        return steps;
    }

    /** Returns how many latents were given a new start by this object. */
    public long latentsResampled() {
        return latentsResampled;
    }

    /** Tells whether there is another way to take steps than over whole arrays. */
    public boolean hasFastSteps() {
        return fast.isPresent();
    }

    /** Returns copies of the weights as dictionaries have them, by name, finite or not. */
    public Map<String, Weight> weightsByName() {
        return state.named();
    }

    /**
     * Returns a copy of the dictionary as it is now, for activations scaled like the batches.
     *
     * @param owner the manager, on the same device, that the dictionary's arrays belong to
     * @throws DictionaryException when a weight is not finite
     */
    public Dictionary dictionary(NDManager owner) {
        return state.dictionary(owner);
    }

    /**
     * Adds everything that is needed to continue as if nothing had happened: weights, moments,
     * step, dead-latent counters. The writer holds copies.
     *
     * @param prefix what the names of this recipe's tensors start with
     */
    public void save(SafetensorsWriter writer, String prefix) {
        state.save(writer, prefix);
        writer.addLongs(prefix + STEP, List.of(), new long[] {steps});
    }

    /**
     * Takes over what {@link #save} added, from a recipe with the same settings.
     *
     * @throws IllegalArgumentException when a tensor has another shape
     * @throws org.lexicographer.pipeline.safetensors.SafetensorsException when one is missing
     */
    public void restore(TensorSource tensors, String prefix) {
        state.restore(tensors, prefix);
        steps = tensors.longs(prefix + STEP)[0];
    }

    /** Returns how many native arrays the recipe owns, for tests of its memory. */
    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    /** Releases the memory. */
    @Override
    public void close() {
        fast.ifPresent(FastSteps::close);
        manager.close();
    }
}
