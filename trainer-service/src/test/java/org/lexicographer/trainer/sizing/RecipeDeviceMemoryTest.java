package org.lexicographer.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.engine.TrainingMethods;
import org.lexicographer.trainer.recipe.cuda.IdleKernels;
import org.lexicographer.trainer.recipe.loss.Loss;
import org.lexicographer.trainer.recipe.loss.Loss.Batch;
import org.lexicographer.trainer.recipe.loss.Loss.StepContext;
import org.lexicographer.trainer.recipe.loss.TrainingMethod;
import org.lexicographer.trainer.recipe.program.KernelSteps;
import org.lexicographer.trainer.recipe.program.ProgramSteps;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.sizing.RecipeMemory.Place;

/**
 * The formulas of docs/memory.md for a GPU, compared with what steps allocate: on a CPU, with
 * kernels that do nothing, they allocate the same arrays.
 */
class RecipeDeviceMemoryTest {

    /** Room for numbers of latents, of which recipes have some more or fewer. */
    private static final Percentage A_TWENTIETH = Percentage.withPercentage(5);

    private static final String LEARNED = ", 'learningRate': 0.001, 'sparsityPenalty': 0.1";

    static Stream<String> recipesOfKernels() {
        return Stream.of(
                "'type': 'topK', 'k': 16",
                "'type': 'topK', 'k': 16, 'kAnnealSteps': 20",
                "'type': 'batchTopK', 'k': 16",
                "'type': 'matryoshkaBatchTopK', 'k': 16, 'groupFractions': [0.25, 0.25, 0.5]",
                "'type': 'standard'" + LEARNED,
                "'type': 'standardApril'" + LEARNED,
                "'type': 'standardApril', 'maxGradientNorm': 1" + LEARNED,
                "'type': 'pAnneal', 'anneal': {'start': 5, 'pEnd': 0.5}" + LEARNED,
                "'type': 'gated'" + LEARNED,
                "'type': 'gatedAnneal', 'anneal': {'start': 5, 'pEnd': 0.5}" + LEARNED,
                "'type': 'jumpReLU'" + LEARNED);
    }

    static Stream<Arguments> stepsByKernels() {
        return Stream.of(
                        new Place(512, 64, 64, 1),
                        new Place(1000, 256, 256, 1),
                        new Place(128, 512, 512, 1))
                .flatMap(place -> recipesOfKernels().map(it -> Arguments.of(place, it)));
    }

    static Stream<String> recipesOfPrograms() {
        return Stream.of(
                "'type': 'standard', 'maxGradientNorm': 1" + LEARNED,
                "'type': 'standard', 'penalty': 'entropy'" + LEARNED,
                "'type': 'standard', 'ghostGradients': {'deadSteps': 5}" + LEARNED,
                "'type': 'gated', 'maxGradientNorm': 1" + LEARNED);
    }

    private static RecipeSpec recipe(String settings, String computeType) {
        String json =
                """
                {'run': 'r', 'languageModel': {'uri': 's3://l/m/'}, 'contextLength': 64,
                 'evaluation': {'contexts': 1}, 'sites': ['layers.0.mlp.out'],
                 'training': {'steps': 30, 'batchSize': 64, 'bufferContexts': 64},
                 'recipes': [{'name': 'a', 'dictionarySize': 2048, 'computeType': '%s', %s}]}
                """
                        .formatted(computeType, settings);
        return RunSpec.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .recipes()
                .getFirst();
    }

    /** What a step has left with the batch's manager, and which kernels it has launched. */
    private record Step(long bytes, List<String> launched) {}

    private static Step step(RecipeSpec spec, Place place) {
        TrainingMethod method = TrainingMethods.of(spec);
        try (NDManager manager = NDManager.newBaseManager();
                NDManager scope = manager.newSubManager()) {
            Loss loss =
                    method.loss()
                            .start(
                                    manager,
                                    method.initialWeights(
                                            spec, (int) place.inputDim(), (int) place.outputDim()));
            ProgramSteps program =
                    new ProgramSteps(
                            manager,
                            loss.function(),
                            loss.state(),
                            method.update(),
                            spec.basics().computeType());
            List<String> launched = new ArrayList<>();
            KernelSteps steps =
                    new KernelSteps(
                            manager,
                            loss.function(),
                            loss.state(),
                            method.update(),
                            program,
                            shape -> Optional.of(new IdleKernels(shape, launched::add)));
            NDArray rows =
                    StandardRecipes.batch(scope, 1, (int) place.rows(), (int) place.inputDim());
            long before = bytes(scope);
            steps.step(new Batch(rows, rows), new StepContext(0, 1, false), 1e-3);
            return new Step(bytes(scope) - before, launched);
        }
    }

    private static long bytes(NDManager scope) {
        return scope.getManagedArrays().stream().mapToLong(it -> it.size() * bytes(it)).sum();
    }

    /** DJL has no name for what PyTorch calls bfloat16. */
    private static int bytes(NDArray array) {
        DataType type = array.getDataType();
        return type == DataType.UNKNOWN ? Short.BYTES : type.getNumOfBytes();
    }

    @ParameterizedTest
    @MethodSource("stepsByKernels")
    void aStepByKernelsKeepsWhatTheFormulaSays(Place place, String settings) {
        RecipeSpec spec = recipe(settings, "bfloat16");
        assertThat(RecipeDeviceMemory.areByKernels(spec, place)).isTrue();

        Step step = step(spec, place);

        assertThat(step.launched()).isNotEmpty();
        assertThat(step.bytes()).isCloseTo(RecipeDeviceMemory.kept(spec, place), A_TWENTIETH);
    }

    @ParameterizedTest
    @MethodSource("recipesOfPrograms")
    void aStepByAProgramKeepsNothing(String settings) {
        Place place = new Place(512, 64, 64, 1);
        RecipeSpec spec = recipe(settings, "bfloat16");
        assertThat(RecipeDeviceMemory.areByKernels(spec, place)).isFalse();

        Step step = step(spec, place);

        assertThat(step.launched()).isEmpty();
        long ofLatents = 2048L * Float.BYTES;
        assertThat(step.bytes()).isLessThan(4 * ofLatents);
    }

    @Test
    void kernelsAreReckonedWithOnlyWhereTheyTakeSteps() {
        RecipeSpec spec = recipe("'type': 'topK', 'k': 16", "bfloat16");
        assertThat(RecipeDeviceMemory.areByKernels(spec, new Place(64, 64, 64, 1))).isTrue();
        // Another width of targets, one that is no multiple of 8, and too many places of latents
        assertThat(RecipeDeviceMemory.areByKernels(spec, new Place(64, 64, 32, 1))).isFalse();
        assertThat(RecipeDeviceMemory.areByKernels(spec, new Place(64, 60, 60, 1))).isFalse();
        assertThat(RecipeDeviceMemory.areByKernels(spec, new Place(1 << 20, 64, 64, 1))).isFalse();
        RecipeSpec wide = recipe("'type': 'topK', 'k': 16", "float32");
        assertThat(RecipeDeviceMemory.areByKernels(wide, new Place(64, 64, 64, 1))).isFalse();
    }
}
