package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.kernel.program.TorchProgram;
import org.lexicographer.pipeline.recipe.BatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.GatedRecipeSpec;
import org.lexicographer.pipeline.recipe.JumpReluRecipeSpec;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import org.lexicographer.pipeline.recipe.PAnnealRecipeSpec;
import org.lexicographer.pipeline.recipe.RecipeBasics;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.StandardAprilRecipeSpec;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.TopKRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.recipe.setting.NormAnneal;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.recipe.setting.TopKSelection;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.program.KernelSteps;
import org.lexicographer.trainer.recipe.program.ProgramSteps;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.recipe.update.Parameter;

/** Compares steps by kernels with the closed formulas in float32; needs a GPU. */
@EnabledIf("org.lexicographer.trainer.recipe.cuda.Gpus#areThere")
class KernelStepsTest {

    private static final int ROWS = 300;
    private static final int WIDTH = 48;
    private static final int LATENTS = 400;
    private static final int K = 8;
    private static final int STEPS = 12;
    private static final double LEARNING_RATE = 1e-3;

    /** As many rows that some latents are dead and others become so, and all are active again. */
    private static final long DEAD_TOKENS = 2L * ROWS;

    /** bfloat16 keeps 8 bits; losses are sums of many. */
    private static final double BFLOAT16_ROUNDING = 0.05;

    /**
     * Where two latents of a row are equal in bfloat16, which is so at the edge of every third
     * row's choice here, the other one may be chosen: seen are differences of up to 0.11 of the
     * norm.
     */
    private static final double CHOICE = 0.2;

    /**
     * Adam moves weights with the smallest gradients as far as others, in directions that rounding
     * can turn; where nothing moved the difference would be 1.
     */
    private static final double SIGNS = 0.7;

    @TempDir Path folder;

    private static final String ROUNDED =
            """
              def rounded(self, x: List[Tensor]) -> List[Tensor]:
                for it in x:
                  it.copy_(it.to(15))
                return x
            """;

    private NDManager manager;
    private TorchProgram rounding;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager(Device.gpu());
        rounding = TorchProgram.compile(Device.gpu(), ROUNDED);
    }

    @AfterEach
    void close() {
        rounding.close();
        manager.close();
    }

    static Stream<RecipeSpec> recipes() {
        return Stream.of(Compatibility.values())
                .flatMap(
                        it ->
                                Stream.of(
                                        new TopKRecipeSpec(basics(it, 1), selection()),
                                        new BatchTopKRecipeSpec(basics(it, 1), selection()),
                                        new MatryoshkaBatchTopKRecipeSpec(
                                                basics(it, 1),
                                                selection(),
                                                List.of(0.125, 0.25, 0.625),
                                                List.of(1.0, 0.5, 2.0)),
                                        pAnneal(it, NormAnneal.Function.LP_TO_P),
                                        pAnneal(it, NormAnneal.Function.LP),
                                        new StandardAprilRecipeSpec(basics(it, 1), 0.1),
                                        new StandardAprilRecipeSpec(basics(it, 0), 0.1),
                                        new GatedRecipeSpec(basics(it, 0), 0.1),
                                        new GatedAnnealRecipeSpec(
                                                basics(it, 0),
                                                0.1,
                                                anneal(NormAnneal.Function.LP_TO_P)),
                                        new StandardRecipeSpec(
                                                basics(it, 0),
                                                StandardRecipeSpec.ReconstructionLoss.SUM,
                                                StandardRecipeSpec.Penalty.L1,
                                                0.1,
                                                Optional.empty(),
                                                Optional.empty()),
                                        jumpRelu(it, Optional.empty()),
                                        jumpRelu(it, Optional.of(20.0))));
    }

    /**
     * The exponent is 1 until step 3, and falls at steps 5 and 7. The lower it is the more do
     * latents next to 0, of which rounding leaves little, decide the gradients.
     */
    private static NormAnneal anneal(NormAnneal.Function function) {
        return new NormAnneal(function, 3, 7, 1, 0.7, 3, 2);
    }

    private static PAnnealRecipeSpec pAnneal(
            Compatibility compatibility, NormAnneal.Function function) {
        return new PAnnealRecipeSpec(
                basics(compatibility, 0), 0.1, anneal(function), Optional.empty());
    }

    private static JumpReluRecipeSpec jumpRelu(
            Compatibility compatibility, Optional<Double> targetL0) {
        return new JumpReluRecipeSpec(basics(compatibility, 1), 0.1, targetL0, 0.4, 0.3);
    }

    private static RecipeBasics basics(Compatibility compatibility, double maxGradientNorm) {
        return new RecipeBasics(
                "test",
                List.of(),
                Optional.empty(),
                LATENTS,
                5,
                Optional.empty(),
                LEARNING_RATE,
                Schedule.linear(0, Optional.empty(), 0),
                maxGradientNorm,
                compatibility,
                ComputeType.BFLOAT16,
                0.375);
    }

    private static TopKSelection selection() {
        return new TopKSelection(
                K,
                0,
                new TopKSelection.AuxiliaryLoss(1 / 32.0, 24, DEAD_TOKENS),
                new TopKSelection.Threshold(0.9, 1));
    }

    private static NDArray batch(NDManager owner, long step) {
        SplittableRandom random = new SplittableRandom(step);
        float[] values = new float[ROWS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return owner.create(values, new Shape(ROWS, WIDTH)); // (B, D)
    }

    private Loss loss(RecipeSpec spec) {
        return TrainingMethods.of(spec)
                .loss()
                .start(manager, TrainingMethods.of(spec).initialWeights(spec, WIDTH, WIDTH));
    }

    private KernelSteps kernels(RecipeSpec spec, Loss loss) {
        ProgramSteps program =
                new ProgramSteps(
                        manager,
                        loss.function(),
                        loss.state(),
                        TrainingMethods.of(spec).update(),
                        ComputeType.BFLOAT16);
        KernelSteps kernels =
                new KernelSteps(
                        manager,
                        loss.function(),
                        loss.state(),
                        TrainingMethods.of(spec).update(),
                        program);
        assertThat(kernels.takeSteps()).isTrue();
        return kernels;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyStepIsNearThatOfTheClosedFormulas(RecipeSpec spec) throws IOException {
        Loss expected = loss(spec);
        Loss found = loss(spec);
        KernelSteps kernels = kernels(spec, found);
        for (int step = 0; step < STEPS; step++) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray rows = batch(scope, step);
                round(rows, scope);
                Batch batch = new Batch(rows, rows.duplicate());
                if (step == 0) {
                    expected.begin(batch);
                }
                expected.state().parameters().forEach(it -> round(it.value(), scope));
                takeOver(expected, found);
                List<NDArray> before =
                        expected.state().parameters().stream()
                                .map(it -> it.value().duplicate())
                                .toList();
                before.forEach(it -> it.attach(scope));
                StepContext context = new StepContext(step, 0.5, true);

                Losses losses = formula(spec, expected, batch, context);
                Losses seen = kernels.step(batch, context, LEARNING_RATE);

                assertNear(losses.reconstruction(), seen.reconstruction());
                assertNear(losses.sparsity(), seen.sparsity());
                assertNear(losses.l0(), seen.l0());
                assertMovedAlike(expected, found, before);
            }
        }
    }

    /** Products of rounded numbers are the same in both; only what is summed is rounded again. */
    private void round(NDArray values, NDManager scope) {
        rounding.call("rounded", scope).arrays(List.of(values)).run();
    }

    private static Losses formula(RecipeSpec spec, Loss loss, Batch batch, StepContext context) {
        Loss.Outcome outcome = loss.evaluate(batch, context);
        TrainingMethods.of(spec)
                .update()
                .apply(
                        outcome.gradients(),
                        loss.state().weights().decoderWeight(),
                        LEARNING_RATE,
                        context.step() + 1);
        return outcome.losses();
    }

    private void takeOver(Loss from, Loss to) throws IOException {
        Path saved = folder.resolve("state.safetensors");
        SafetensorsWriter state = new SafetensorsWriter();
        from.state().save(state, "");
        try (OutputStream out = Files.newOutputStream(saved)) {
            state.writeTo(out);
        }
        try (TensorSource tensors = SafetensorsFile.open(saved)) {
            to.state().restore(tensors, "");
        }
    }

    private static void assertNear(double expected, double found) {
        assertThat(found).isCloseTo(expected, within(BFLOAT16_ROUNDING * expected + 1e-9));
    }

    /** Both moments of each parameter, and how it moved, as one vector each. */
    private static void assertMovedAlike(Loss expected, Loss found, List<NDArray> before) {
        for (int i = 0; i < expected.state().parameters().size(); i++) {
            Parameter left = expected.state().parameters().get(i);
            Parameter right = found.state().parameters().get(i);
            assertAlike(left.name(), left.firstMoment(), right.firstMoment(), CHOICE);
            assertAlike(left.name(), left.secondMoment(), right.secondMoment(), CHOICE);
            assertAlike(
                    left.name(),
                    left.value().sub(before.get(i)),
                    right.value().sub(before.get(i)),
                    SIGNS);
        }
    }

    private static void assertAlike(String name, NDArray expected, NDArray found, double share) {
        double norm = expected.norm().getFloat();
        double difference = expected.sub(found).norm().getFloat();
        assertThat(difference).as(name).isLessThanOrEqualTo(share * norm + 1e-9);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void trainingReachesTheSameBitsFromEveryStep(RecipeSpec spec) throws IOException {
        byte[] whole;
        try (Recipe recipe = Recipe.start(manager, spec, WIDTH, WIDTH, STEPS)) {
            steps(recipe, 0, STEPS);
            whole = StandardRecipes.state(recipe);
        }
        for (int stop = 1; stop < STEPS; stop += 3) {
            Path saved = folder.resolve(stop + ".safetensors");
            try (Recipe first = Recipe.start(manager, spec, WIDTH, WIDTH, STEPS)) {
                steps(first, 0, stop);
                Files.write(saved, StandardRecipes.state(first));
            }
            try (Recipe second = Recipe.start(manager, spec, WIDTH, WIDTH, STEPS);
                    TensorSource tensors = SafetensorsFile.open(saved)) {
                second.restore(tensors, "");
                steps(second, stop, STEPS);

                assertThat(StandardRecipes.state(second)).isEqualTo(whole);
            }
        }
    }

    private void steps(Recipe recipe, int from, int to) {
        for (int step = from; step < to; step++) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray rows = batch(scope, step);
                if (step % 2 == 0) {
                    recipe.step(rows, rows);
                } else {
                    recipe.stepAndReport(rows, rows);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void nothingMovesByReportedGradientsThatAreNotFinite(RecipeSpec spec) {
        Loss loss = loss(spec);
        KernelSteps kernels = kernels(spec, loss);
        List<float[]> before = numbers(loss);
        try (NDManager scope = manager.newSubManager()) {
            NDArray rows = batch(scope, 0).mul(Float.NaN); // (B, D)

            Losses seen =
                    kernels.step(
                            new Batch(rows, rows.duplicate()),
                            new StepContext(0, 1, true),
                            LEARNING_RATE);

            assertThat(seen.areFinite()).isFalse();
        }
        assertThat(numbers(loss)).usingRecursiveComparison().isEqualTo(before);
    }

    private static List<float[]> numbers(Loss loss) {
        return loss.state().parameters().stream()
                .flatMap(it -> Stream.of(it.value(), it.firstMoment(), it.secondMoment()))
                .map(NDArray::toFloatArray)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void leavesNothingBehind(RecipeSpec spec) {
        try (Recipe recipe = Recipe.start(manager, spec, WIDTH, WIDTH, STEPS)) {
            steps(recipe, 0, 1);
            int before = recipe.managedArrays();
            steps(recipe, 1, STEPS);
            StandardRecipes.state(recipe);
            recipe.weightsByName();

            assertThat(recipe.managedArrays()).isEqualTo(before);
        }
    }
}
