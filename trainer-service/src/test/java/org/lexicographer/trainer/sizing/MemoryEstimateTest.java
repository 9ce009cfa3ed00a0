package org.lexicographer.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.trainer.HeldBytes;
import org.lexicographer.trainer.buffer.ShuffleBuffer;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.engine.TrainingMethods;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.sizing.RecipeMemory.Activity;
import org.lexicographer.trainer.sizing.RecipeMemory.Place;

/** The formulas of docs/memory.md, compared with what is held, which is counted and not timed. */
class MemoryEstimateTest {

    /** How far the documentation says that the formulas may be off. */
    private static final Percentage A_TENTH = Percentage.withPercentage(10);

    /** With more, chance decides in how many tiles a batch variant looks at all latents. */
    private static final int THREADS = 1;

    /** Every latent counts as dead that is not chosen in a batch. */
    private static final String EARLY_DEATH = "'auxiliary': {'deadTokens': 1}";

    /** Takes 480 rows at a time, the least. */
    private static final long IN_PARTS = 1;

    static Stream<String> recipes() {
        return Stream.of(
                "{'type': 'topK', 'k': 16}",
                "{'type': 'topK', 'k': 16, 'kAnnealSteps': 20}",
                "{'type': 'topK', 'k': 16, " + EARLY_DEATH + "}",
                "{'type': 'batchTopK', 'k': 16}",
                "{'type': 'batchTopK', 'k': 16, 'kAnnealSteps': 20}",
                "{'type': 'batchTopK', 'k': 16, " + EARLY_DEATH + "}",
                "{'type': 'matryoshkaBatchTopK', 'k': 16, 'groupFractions': [0.25, 0.25, 0.5]}",
                "{'type': 'standard', 'learningRate': 0.001, 'sparsityPenalty': 0.1}",
                "{'type': 'standardApril', 'learningRate': 0.001, 'sparsityPenalty': 0.1}",
                "{'type': 'pAnneal', 'learningRate': 0.001, 'sparsityPenalty': 0.1,"
                        + " 'anneal': {'start': 5, 'pEnd': 0.5}}",
                "{'type': 'gated', 'learningRate': 0.001, 'sparsityPenalty': 0.1}",
                "{'type': 'gatedAnneal', 'learningRate': 0.001, 'sparsityPenalty': 0.1,"
                        + " 'anneal': {'start': 5, 'pEnd': 0.5}}",
                "{'type': 'jumpReLU', 'learningRate': 0.001, 'sparsityPenalty': 0.1}");
    }

    static Stream<Arguments> jobs() {
        return Stream.of(
                        new Place(100, 48, 48, THREADS),
                        new Place(250, 64, 32, THREADS),
                        new Place(1000, 48, 48, THREADS, IN_PARTS))
                .flatMap(
                        place ->
                                Stream.of("0", "1")
                                        .flatMap(
                                                share ->
                                                        recipes()
                                                                .filter(it -> inReach(place, it))
                                                                .map(
                                                                        recipe ->
                                                                                Arguments.of(
                                                                                        place,
                                                                                        share,
                                                                                        recipe))));
    }

    /** What is chosen of a batch is chosen from the batch as a whole. */
    private static boolean inReach(Place place, String recipe) {
        return place.entries() != IN_PARTS || !recipe.contains("TopK") && !recipe.contains("topK");
    }

    private static RunSpec run(long batchSize, int size, String recipe) {
        String json =
                """
                {'run': 'r', 'languageModel': {'uri': 's3://l/m/'}, 'contextLength': 64,
                 'evaluation': {'contexts': 1}, 'sites': ['layers.0.mlp.out'],
                 'training': {'steps': 30, 'batchSize': %d, 'bufferContexts': 64},
                 'recipes': [%s]}
                """
                        .formatted(
                                batchSize,
                                recipe.replaceFirst(
                                        "\\{",
                                        "{'name': 'a', 'dictionarySize': %d, ".formatted(size)));
        return RunSpec.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void aRecipeHoldsWhatTheFormulaSays(Place place, String denseShare, String recipe) {
        // Given
        String shared = recipe.replaceFirst("\\{", "{'denseShare': %s, ".formatted(denseShare));
        RecipeSpec spec = run(place.rows(), 600, shared).recipes().getFirst();
        SparsePlan plan =
                new SparsePlan(new Workers(THREADS), spec.basics().denseShare(), place.entries());
        try (NDManager manager = NDManager.newBaseManager();
                Recipe trained =
                        Recipe.start(
                                manager,
                                spec,
                                TrainingMethods.of(spec)
                                        .initialWeights(
                                                spec,
                                                (int) place.inputDim(),
                                                (int) place.outputDim()),
                                10,
                                Optional.of(plan))) {
            // When
            for (int step = 0; step < 2; step++) {
                try (NDArray inputs = batch(manager, step, place.rows(), place.inputDim());
                        NDArray targets = batch(manager, step, place.rows(), place.outputDim())) {
                    trained.step(inputs, targets);
                }
            }

            // Then: at the start half of the latents are active, and count as dead if any do.
            long active = spec.dictionarySize() / 2;
            MemoryAmount steps =
                    RecipeMemory.steps(spec, place, new Activity(active, revived(recipe, active)));
            long weights = RecipeMemory.weights(spec, place);
            // What the last step was given is still in sight, and counts as batch.
            long width = place.outputDim() + (denseShare.equals("0") ? place.inputDim() : 0);
            long given = Float.BYTES * place.rows() * width;
            HeldBytes held = HeldBytes.of(trained);
            assertThat(held.onHeap()).isCloseTo(steps.onHeap(), A_TENTH);
            assertThat(held.offHeap()).isCloseTo(weights + steps.offHeap() + given, A_TENTH);
            assertThat(savedBytes(trained)).isCloseTo(weights, A_TENTH);
        }
    }

    private static long revived(String recipe, long active) {
        return recipe.contains(EARLY_DEATH) ? active : 0;
    }

    private static NDArray batch(NDManager manager, int step, long rows, long width) {
        return StandardRecipes.batch(manager, step, (int) rows, (int) width);
    }

    private static long savedBytes(Recipe recipe) {
        SafetensorsWriter writer = new SafetensorsWriter();
        recipe.save(writer, "a.");
        return writer.size();
    }

    @Test
    void aBufferHoldsWhatTheFormulaSays() {
        RunSpec spec = run(100, 500, "{'type': 'topK', 'k': 16}");
        int rows = (int) spec.bufferRows();
        try (ShuffleBuffer buffer = new ShuffleBuffer(rows, 64, spec.training().bufferType(), 0)) {
            MemoryEstimate estimate =
                    MemoryEstimate.of(spec, spec.sites().getFirst(), List.of(64), 0, THREADS);
            assertThat(HeldBytes.of(buffer).total()).isCloseTo(estimate.buffer(), A_TENTH);
        }
    }
}
