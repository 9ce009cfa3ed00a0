package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Compatibility;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.NotFiniteException;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.Losses;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.program.ProgramSteps;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.recipe.update.Parameter;

/** Compares steps that are one call with the closed formulas. */
class ProgramStepsTest {

    private static final int ROWS = 32;
    private static final int WIDTH = 6;
    private static final int STEPS = 9;
    private static final double LEARNING_RATE = 1e-2;

    /** The same float32 products in the same order, and sums of some hundred in another. */
    private static final double ROUNDING = 2e-6;

    /** bfloat16 keeps 8 bits; errors of sums of products of size 1 add up to some of the last. */
    private static final double BFLOAT16_ROUNDING = 0.05;

    @TempDir Path folder;

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager(Device.cpu());
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    static Stream<RecipeSpec> recipes() {
        return RecipeTest.recipes();
    }

    private Loss loss(RecipeSpec spec, int outputDim) {
        InitialWeights weights = TrainingMethods.of(spec).initialWeights(spec, WIDTH, outputDim);
        return TrainingMethods.of(spec).loss().start(manager, weights);
    }

    private ProgramSteps program(RecipeSpec spec, Loss loss, ComputeType products) {
        return new ProgramSteps(
                manager,
                loss.function(),
                loss.state(),
                TrainingMethods.of(spec).update(),
                products);
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

    private static Batch batch(NDManager scope, long step, int outputDim) {
        NDArray inputs = StandardRecipes.batch(scope, step, ROWS, WIDTH);
        return new Batch(
                inputs,
                outputDim == WIDTH
                        ? inputs.duplicate()
                        : StandardRecipes.batch(scope, 99 + step, ROWS, outputDim));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyStepIsThatOfTheClosedFormulas(RecipeSpec spec) throws IOException {
        for (int outputDim : List.of(WIDTH, WIDTH + 2)) {
            Loss expected = loss(spec, outputDim);
            Loss found = loss(spec, outputDim);
            ProgramSteps program = program(spec, found, ComputeType.FLOAT32);
            for (int step = 0; step < STEPS; step++) {
                try (NDManager scope = manager.newSubManager()) {
                    Batch batch = batch(scope, step, outputDim);
                    if (step == 0) {
                        expected.begin(batch);
                    }
                    takeOver(expected, found);
                    StepContext context = new StepContext(step, 0.5, true);

                    Losses losses = formula(spec, expected, batch, context);
                    Losses seen = program.step(batch, context, LEARNING_RATE);

                    assertSame(losses, seen, ROUNDING);
                    assertSameState(expected, found, ROUNDING);
                    expected.resample(batch, step);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void productsInBfloat16StayNearTheClosedFormulas(RecipeSpec spec) {
        Loss expected = loss(spec, WIDTH);
        Loss found = loss(spec, WIDTH);
        ProgramSteps program = program(spec, found, ComputeType.BFLOAT16);
        try (NDManager scope = manager.newSubManager()) {
            Batch batch = batch(scope, 0, WIDTH);
            StepContext context = new StepContext(0, 0.5, true);

            Losses losses = formula(spec, expected, batch, context);
            Losses seen = program.step(batch, context, LEARNING_RATE);

            assertThat(seen.reconstruction())
                    .isCloseTo(
                            losses.reconstruction(),
                            within(BFLOAT16_ROUNDING * losses.reconstruction()));
            assertThat(seen.l0()).isCloseTo(losses.l0(), within(BFLOAT16_ROUNDING * losses.l0()));
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void leavesNothingBehind(RecipeSpec spec) {
        Loss loss = loss(spec, WIDTH);
        ProgramSteps program = program(spec, loss, ComputeType.BFLOAT16);
        int before = manager.getManagedArrays().size();

        for (int step = 0; step < STEPS; step++) {
            try (NDManager scope = manager.newSubManager()) {
                program.step(
                        batch(scope, step, WIDTH), new StepContext(step, 1, true), LEARNING_RATE);
            }
        }

        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    /** Latents near the largest float with columns near the smallest give losses of size 100. */
    @Test
    void aGradientThatIsNotFiniteIsNamedAndMovesNothing() {
        RecipeSpec spec = Specs.topK(Compatibility.PAPER);
        Loss loss = loss(spec, WIDTH);
        ProgramSteps program = program(spec, loss, ComputeType.FLOAT32);
        loss.state().weights().decoderWeight().value().muli(1e-37f);
        Parameter encoderWeight = loss.state().weights().encoderWeight();
        float[] before = encoderWeight.value().toFloatArray();
        try (NDManager scope = manager.newSubManager()) {
            Batch batch = batch(scope, 0, WIDTH);
            Batch large = new Batch(batch.inputs().mul(3e37f), batch.targets());

            assertThatThrownBy(
                            () -> program.step(large, new StepContext(0, 1, true), LEARNING_RATE))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessageStartingWith("gradient not finite: parameter=decoderWeight");
        }
        assertThat(encoderWeight.value().toFloatArray()).isEqualTo(before);
    }

    private void takeOver(Loss from, Loss to) throws IOException {
        Path saved = folder.resolve("state.safetensors");
        write(from, saved);
        try (TensorSource tensors = SafetensorsFile.open(saved)) {
            to.state().restore(tensors, "");
        }
    }

    private static void write(Loss loss, Path file) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        loss.state().save(writer, "");
        try (OutputStream out = Files.newOutputStream(file)) {
            writer.writeTo(out);
        }
    }

    private static void assertSame(Losses expected, Losses found, double rounding) {
        assertThat(found.reconstruction())
                .isCloseTo(expected.reconstruction(), within(rounding * expected.reconstruction()));
        assertThat(found.sparsity())
                .isCloseTo(expected.sparsity(), within(10 * rounding * expected.sparsity()));
        assertThat(found.l0()).isCloseTo(expected.l0(), within(rounding * expected.l0()));
        assertThat(found.deadLatents()).isEqualTo(expected.deadLatents());
    }

    private void assertSameState(Loss expected, Loss found, double rounding) throws IOException {
        Path expectedFile = folder.resolve("expected.safetensors");
        Path foundFile = folder.resolve("found.safetensors");
        write(expected, expectedFile);
        write(found, foundFile);
        try (TensorSource left = SafetensorsFile.open(expectedFile);
                TensorSource right = SafetensorsFile.open(foundFile)) {
            for (String name : left.names()) {
                if (name.endsWith("Moment")) {
                    assertNear(left.floats(name), right.floats(name), rounding, name);
                } else if (name.equals("silentSteps")) {
                    assertThat(right.floats(name)).as(name).isEqualTo(left.floats(name));
                } else if (name.equals("tokensSinceActive")) {
                    assertThat(right.longs(name)).as(name).isEqualTo(left.longs(name));
                }
            }
        }
    }

    /** Moments are sums of gradients or of their squares: near relative to the largest. */
    private static void assertNear(float[] expected, float[] found, double rounding, String name) {
        double largest = 1e-3;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i])
                    .as("%s[%d]", name, i)
                    .isCloseTo(expected[i], within(rounding * largest));
        }
    }
}
