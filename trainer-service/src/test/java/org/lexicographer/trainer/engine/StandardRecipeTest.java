package org.lexicographer.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.architecture.DictionaryWeights;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.kernel.Workers;
import org.lexicographer.pipeline.recipe.StandardRecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Resampling;
import org.lexicographer.pipeline.recipe.setting.Schedule;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.TensorSource;
import org.lexicographer.trainer.recipe.StepReport;
import org.lexicographer.trainer.recipe.loss.InitialWeights;
import org.lexicographer.trainer.recipe.sparse.SparsePlan;
import org.lexicographer.trainer.recipe.standard.StandardRecipes;
import org.lexicographer.trainer.verification.VerifyRecipe;

class StandardRecipeTest {

    /** Unit norms after a float32 division. */
    private static final float NORM_ROUNDING = 1e-6f;

    private static final int ROWS = 40;
    private static final int NEVER_ACTIVE = 17;
    private static final int WIDTH = 20;

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void continuesBitForBitFromASavedState() {
        // Given
        StandardRecipeSpec spec =
                StandardRecipes.spec(new Resampling(4, Resampling.Scheme.DICTIONARY_LEARNING));
        // A latent that cannot fire is resampled after step 4, before the stop.
        Recipe straight = start(spec);
        Recipe stopped = start(spec);
        steps(straight, 0, 10);
        steps(stopped, 0, 5);

        // When
        Recipe resumed = start(spec);
        try (TensorSource saved = SafetensorsFile.read(StandardRecipes.state(stopped))) {
            resumed.restore(saved, "");
        }
        steps(resumed, 5, 10);

        // Then
        assertThat(straight.latentsResampled()).isPositive();
        assertThat(resumed.stepsTaken()).isEqualTo(10);
        assertThat(StandardRecipes.state(resumed)).isEqualTo(StandardRecipes.state(straight));
    }

    @Test
    void multipliesWholeMatricesWhereManyLatentsAreActive() {
        // Given
        InitialWeights weights = StandardRecipes.denseWeights(WIDTH, WIDTH);
        SparsePlan always = new SparsePlan(Workers.shared(), 0);
        SparsePlan never = VerifyRecipe.alwaysSparse();
        Recipe bySpec = Recipe.start(manager, StandardRecipes.spec(), weights, 10);
        Recipe whole =
                Recipe.start(manager, StandardRecipes.spec(), weights, 10, Optional.of(always));
        Recipe gathered =
                Recipe.start(manager, StandardRecipes.spec(), weights, 10, Optional.of(never));

        // When
        bySpec.step(batch(0), batch(0));
        whole.step(batch(0), batch(0));
        gathered.step(batch(0), batch(0));

        // Then
        assertThat(StandardRecipes.state(bySpec))
                .isEqualTo(StandardRecipes.state(whole))
                .isNotEqualTo(StandardRecipes.state(gathered));
    }

    @Test
    void refusesTheStateOfAnotherSize() {
        Recipe narrow = Recipe.start(manager, StandardRecipes.spec(), WIDTH - 1, WIDTH - 1, 10);

        try (TensorSource saved =
                SafetensorsFile.read(StandardRecipes.state(start(StandardRecipes.spec())))) {
            assertThatThrownBy(() -> narrow.restore(saved, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "checkpoint shape mismatch: expected=[50, 19], found=[50, 20],"
                                    + " tensor=encoderWeight");
        }
    }

    @Test
    void reportingChangesNothing() {
        // Given
        Recipe silent = start(StandardRecipes.spec());
        Recipe reporting = start(StandardRecipes.spec());

        // When
        for (int step = 0; step < 5; step++) {
            NDArray batch = batch(step); // (B, D)
            silent.step(batch, batch);
            reporting.stepAndReport(batch, batch);
        }

        // Then
        assertThat(StandardRecipes.state(reporting)).isEqualTo(StandardRecipes.state(silent));
    }

    @Test
    void recipesThatStepAtTheSameTimeOnOneBatchDoNotDisturbEachOther() throws Exception {
        // Given
        Recipe alone = start(StandardRecipes.spec());
        steps(alone, 0, 20);
        List<NDArray> batches = IntStream.range(0, 20).mapToObj(this::batch).toList();
        Callable<byte[]> work =
                () -> {
                    Recipe recipe = start(StandardRecipes.spec());
                    batches.forEach(batch -> recipe.step(batch, batch));
                    return StandardRecipes.state(recipe);
                };

        // When
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<byte[]>> together = threads.invokeAll(List.of(work, work, work, work));

            // Then
            for (Future<byte[]> state : together) {
                assertThat(state.get()).isEqualTo(StandardRecipes.state(alone));
            }
        }
    }

    @Test
    void sparseAndDenseStepsAgree() {
        // Given
        InitialWeights weights = StandardRecipes.sparseWeights(WIDTH, WIDTH);
        Recipe dense = Recipe.start(manager, StandardRecipes.spec(), weights, 10, Optional.empty());
        Recipe sparse =
                Recipe.start(
                        manager,
                        StandardRecipes.spec(),
                        weights,
                        10,
                        Optional.of(VerifyRecipe.alwaysSparse()));

        // When
        assertThat(sparse.stepAndReport(batch(0), batch(0)).l0())
                .isBetween(1.0, 0.3 * StandardRecipes.LATENTS);
        dense.step(batch(0), batch(0));
        StepReport denseReport = null;
        StepReport sparseReport = null;
        for (int step = 0; step < 10; step++) {
            NDArray batch = batch(step); // (B, D)
            denseReport = dense.stepAndReport(batch, batch);
            sparseReport = sparse.stepAndReport(batch, batch);
        }

        // Then
        assertThat(sparseReport)
                .usingRecursiveComparison()
                .withComparatorForType(
                        (a, b) -> Math.abs(a - b) <= VerifyRecipe.TOLERANCE * Math.abs(b) ? 0 : 1,
                        Double.class)
                .isEqualTo(denseReport);
        assertThat(encoder(sparse))
                .usingComparatorWithPrecision((float) VerifyRecipe.TOLERANCE)
                .containsExactly(encoder(dense));
    }

    @Test
    void firstStepOfAWarmUpOnlyScalesDecoderColumnsToNormOne() {
        // Given
        StandardRecipeSpec spec = warmingUp();
        Recipe recipe = start(spec);
        float[] encoder = encoder(recipe);

        // When
        StepReport report = recipe.stepAndReport(batch(0), batch(0));

        // Then
        assertThat(report.learningRate()).isZero();
        assertThat(encoder(recipe)).containsExactly(encoder);
        assertThat(columnNorms(recipe)).usingComparatorWithPrecision(NORM_ROUNDING).containsOnly(1);
    }

    @Test
    void decoderColumnsKeepNormOne() {
        Recipe recipe = start(StandardRecipes.spec());

        steps(recipe, 0, 10);

        assertThat(columnNorms(recipe)).usingComparatorWithPrecision(NORM_ROUNDING).containsOnly(1);
    }

    @Test
    void dictionaryIsACopyThatComputesWhatTheReportSaw() {
        // Given
        Recipe recipe = start(StandardRecipes.spec());
        steps(recipe, 0, 5);
        StandardDictionary dictionary = (StandardDictionary) recipe.dictionary(manager);
        NDArray batch = batch(5); // (B, D)
        float[] before = dictionary.reconstruct(batch).toFloatArray();

        // When
        StepReport report = recipe.stepAndReport(batch, batch);

        // Then
        assertThat(dictionary.reconstruct(batch).toFloatArray()).containsExactly(before);
        NDArray squares = dictionary.reconstruct(batch).sub(batch).square(); // (B, D)
        assertThat(report.reconstructionLoss())
                .isCloseTo(squares.sum().getFloat() / ROWS, within(1e-4));
    }

    @Test
    void reconstructsASiteOfAnotherWidth() {
        // Given
        Recipe recipe = Recipe.start(manager, StandardRecipes.spec(), WIDTH, 7, 100);
        NDArray inputs = batch(1); // (B, D)
        NDArray targets = StandardRecipes.batch(manager, 2, ROWS, 7); // (B, Dout)

        // When
        double first = recipe.stepAndReport(inputs, targets).reconstructionLoss();
        for (int step = 1; step < 100; step++) {
            recipe.step(inputs, targets);
        }

        // Then
        double last = recipe.stepAndReport(inputs, targets).reconstructionLoss();
        assertThat(last).isLessThan(first / 2);
        StandardDictionary dictionary = (StandardDictionary) recipe.dictionary(manager);
        assertThat(dictionary.outputDim()).isEqualTo(7);
        assertThat(dictionary.subtractDecoderBias()).isFalse();
    }

    @Test
    void losesItsFinitenessInPlainSight() {
        // Given
        Recipe recipe = start(StandardRecipes.spec());
        NDArray batch = batch(0); // (B, D)
        batch.setScalar(new NDIndex(3, 4), Float.NaN);

        // When
        recipe.step(batch, batch);

        // Then
        assertThat(recipe.stepAndReport(batch(1), batch(1)).finite()).isFalse();
    }

    @Test
    void rejectsABatchOfTheWrongWidth() {
        Recipe recipe = start(StandardRecipes.spec());
        NDArray wide = StandardRecipes.batch(manager, 1, ROWS, WIDTH + 1); // (B, D + 1)

        assertThatThrownBy(() -> recipe.step(wide, wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("input width mismatch: expected=(B, 20), found=(40, 21)");
    }

    @Test
    void rejectsInputsAndTargetsThatDoNotPair() {
        Recipe recipe = start(StandardRecipes.spec());
        NDArray fewer = StandardRecipes.batch(manager, 1, ROWS - 1, WIDTH); // (B - 1, D)

        assertThatThrownBy(() -> recipe.step(batch(1), fewer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("as many rows");
    }

    @Test
    void leavesNoArraysBehind() {
        // Given
        StandardRecipeSpec spec = StandardRecipes.spec(new Resampling(3, Resampling.Scheme.POST));
        NDArray batch = batch(0); // (B, D)
        for (Optional<SparsePlan> way :
                List.of(Optional.<SparsePlan>empty(), Optional.of(VerifyRecipe.alwaysSparse()))) {
            InitialWeights weights = StandardRecipes.sparseWeights(WIDTH, WIDTH);
            Recipe recipe = Recipe.start(manager, spec, weights, 100, way);
            recipe.stepAndReport(batch, batch);
            int before = manager.getManagedArrays().size();
            int ownBefore = recipe.managedArrays();

            // When
            for (int step = 0; step < 20; step++) {
                recipe.stepAndReport(batch, batch);
            }

            // Then
            assertThat(manager.getManagedArrays()).hasSize(before);
            assertThat(recipe.managedArrays()).isEqualTo(ownBefore);
        }
    }

    private static StandardRecipeSpec warmingUp() {
        StandardRecipeSpec spec = StandardRecipes.spec();
        return StandardRecipes.with(spec, Schedule.linear(5, Optional.empty(), 0));
    }

    private static float[] encoder(Recipe recipe) {
        return recipe.weightsByName().get(DictionaryWeights.ENCODER_WEIGHT).values();
    }

    private float[] columnNorms(Recipe recipe) {
        Weight decoder = recipe.weightsByName().get(DictionaryWeights.DECODER_WEIGHT);
        NDArray columns = decoder.array(manager); // (F, D)
        return columns.square().sum(new int[] {1}).sqrt().toFloatArray();
    }

    private Recipe start(StandardRecipeSpec spec) {
        InitialWeights weights = StandardRecipes.sparseWeights(WIDTH, WIDTH);
        weights.encoderBias()[NEVER_ACTIVE] = -100;
        return Recipe.start(manager, spec, weights, 100);
    }

    private void steps(Recipe recipe, int from, int to) {
        for (int step = from; step < to; step++) {
            NDArray batch = batch(step); // (B, D)
            recipe.step(batch, batch);
        }
    }

    private NDArray batch(int step) {
        return StandardRecipes.batch(manager, 1000 + step, ROWS, WIDTH); // (B, D)
    }
}
