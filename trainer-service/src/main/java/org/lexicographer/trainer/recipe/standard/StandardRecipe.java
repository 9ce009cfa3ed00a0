package org.lexicographer.trainer.recipe.standard;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.BatchCheck;
import org.lexicographer.trainer.recipe.LearningSchedule;
import org.lexicographer.trainer.recipe.Recipe;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.objective.InitialWeights;
import org.lexicographer.trainer.recipe.objective.Objective.Losses;
import org.lexicographer.trainer.recipe.sparse.VectorKernel;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The post's recipe (Marks and Mueller, Some open source dictionaries and dictionary learning
 * infrastructure, 2023) and dictionary_learning 0.1's StandardTrainer.
 *
 * <pre>
 *   z = W_e (x - b) + b_e,  f = ReLU(z),  x^ = W_d f + b,  e = x^ - y        y = x, or another site
 *   loss = c sum e^2 + s(t) lambda P(f)
 *     c = 1 / B (sum over dimensions, mean over the batch) or 1 / (B D) (mean over both)
 *     P = mean over the batch of sum f (L1) or of the entropy of f / sum f
 *
 *   dL/dx^  = 2 c e
 *   dL/dz   = 1[f > 0] (W_d' dL/dx^ + s(t) lambda dP/df)
 *   dL/dW_d = sum over the batch of dL/dx^ f'      dL/db_e = sum of dL/dz
 *   dL/dW_e = sum of dL/dz (x - b)'                dL/db   = sum of dL/dx^ - W_e' dL/dz
 * </pre>
 *
 * Columns of W_d have norm 1 from the first step on: the part of their gradient parallel to them is
 * taken out before Adam, and they are scaled back after. Where y has another width than x, the bias
 * is not subtracted from the input, and the last term of dL/db is absent.
 */
public final class StandardRecipe implements Recipe {

    private static final Logger LOG = LoggerFactory.getLogger(StandardRecipe.class);

    /** The module that sparse steps need; it has to be named when java is started. */
    public static final String VECTORS = "jdk.incubator.vector";

    private static final String STEP = "step";

    private final NDManager manager;
    private final StandardRecipeSpec spec;
    private final LearningSchedule schedule;
    private final StandardState state;
    private final StandardStep stepping;
    private final Optional<Resampler> resampler;
    private long steps;
    private long latentsResampled;

    private StandardRecipe(
            NDManager manager,
            StandardRecipeSpec spec,
            LearningSchedule schedule,
            StandardState state,
            StandardStep stepping) {
        this.manager = manager;
        this.spec = spec;
        this.schedule = schedule;
        this.state = state;
        this.stepping = stepping;
        this.resampler = spec.resampling().map(r -> new Resampler(r, spec.seed(), state));
    }

    /** Tells whether the fast steps have all that is asked for. */
    public static boolean covers(StandardRecipeSpec spec) {
        return spec.ghostGradients().isEmpty() && spec.basics().maxGradientNorm() == 0;
    }

    public static StandardRecipe start(
            NDManager parent,
            StandardRecipeSpec spec,
            int inputDim,
            int outputDim,
            int totalSteps) {
        InitialWeights weights =
                InitialWeights.draw(spec.seed(), inputDim, outputDim, spec.dictionarySize());
        return start(parent, spec, weights, totalSteps);
    }

    /** Starts from given weights instead of the seed's. */
    public static StandardRecipe start(
            NDManager parent, StandardRecipeSpec spec, InitialWeights weights, int totalSteps) {
        return start(parent, spec, weights, totalSteps, fastest(parent.getDevice()));
    }

    /** Starts from given weights and takes its steps as given. */
    public static StandardRecipe start(
            NDManager parent,
            StandardRecipeSpec spec,
            InitialWeights weights,
            int totalSteps,
            Function<StandardState, StandardStep> stepping) {
        NDManager manager = parent.newSubManager();
        try {
            LearningSchedule schedule = LearningSchedule.of(spec, totalSteps);
            StandardState state = StandardState.of(manager, weights);
            return new StandardRecipe(manager, spec, schedule, state, stepping.apply(state));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    public static boolean hasVectors() {
        return ModuleLayer.boot().findModule(VECTORS).isPresent();
    }

    private static Function<StandardState, StandardStep> fastest(Device device) {
        return stepsSparsely(device)
                ? state -> new SparseStep(state, new VectorKernel())
                : DenseStep::new;
    }

    /** Tells whether sparse steps can be taken on a device; warns where it takes an option. */
    public static boolean stepsSparsely(Device device) {
        if (!device.isGpu() && !hasVectors()) {
            LOG.warn(
                    "training steps are dense and slow: java was started without --add-modules {}",
                    VECTORS);
        }
        return !device.isGpu() && hasVectors();
    }

    @Override
    public void step(NDArray inputs, NDArray targets) {
        run(inputs, targets, false);
    }

    @Override
    public StepReport stepAndReport(NDArray inputs, NDArray targets) {
        long step = steps;
        double learningRate = learningRate(step);
        Losses losses = run(inputs, targets, true);
        return new StepReport(
                step,
                losses.reconstruction(),
                losses.sparsity(),
                losses.l0(),
                learningRate,
                deadLatents());
    }

    private Losses run(NDArray inputs, NDArray targets, boolean report) {
        BatchCheck.check(inputs, targets, state.inputDim(), state.outputDim());
        Losses losses = stepping.run(inputs, targets, settings(report));
        if (resampler.isPresent() && resampler.get().isDue(steps)) {
            latentsResampled += resampler.get().resample(steps, inputs, targets);
        }
        steps++;
        return losses;
    }

    private StepSettings settings(boolean report) {
        return new StepSettings(
                spec.reconstructionLoss(),
                spec.penalty(),
                (float) (spec.sparsityPenalty() * schedule.sparsityFactor(steps)),
                AdamStep.of(learningRate(steps), steps + 1),
                report);
    }

    private double learningRate(long step) {
        return spec.basics().learningRate() * schedule.learningRateFactor(step);
    }

    private int deadLatents() {
        return resampler.map(it -> it.dead().length).orElseGet(() -> state.silentLongerThan(0));
    }

    @Override
    public long stepsTaken() {
        return steps;
    }

    /** Returns how many latents were given a new start by this object. */
    public long latentsResampled() {
        return latentsResampled;
    }

    StandardState state() {
        return state;
    }

    @Override
    public StandardDictionary dictionary(NDManager owner) {
        return state.dictionary(owner);
    }

    @Override
    public void save(SafetensorsWriter writer, String prefix) {
        state.save(writer, prefix);
        writer.addLongs(prefix + STEP, List.of(), new long[] {steps});
    }

    @Override
    public void restore(TensorSource tensors, String prefix) {
        state.restore(tensors, prefix);
        steps = tensors.longs(prefix + STEP)[0];
    }

    @Override
    public void close() {
        manager.close();
    }
}
