package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.initial.InitialDictionaries;
import org.lexicographer.trainer.initial.StoredStart;
import org.lexicographer.trainer.stage.TrainerStage.Advance;

/** Recipes that start from dictionaries in the store. */
class TrainerStageStartTest {

    private static final int STEPS = 8;
    private static final int LATENTS = 12;

    private static final DictionaryReference SOURCE =
            DictionaryReference.parse("before/layers.0.mlp.out/standard@20");

    /** Weights are divided by the norm of the activations and multiplied by it, in float32. */
    private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

    @TempDir Path workFolder;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** The first of two recipes starts from the source. */
    private static RunSpec spec(double learningRate) {
        return RunSpecs.changed(
                RunSpecs.of("after", STEPS),
                json -> {
                    json.withObject("/recipes/0/initialize").put("dictionary", SOURCE.toString());
                    json.withObject("/recipes/0").put("learningRate", learningRate);
                });
    }

    private StageRuns runs(RunSpec spec) {
        return new StageRuns(
                spec,
                spec.trainingBlocks(),
                FakeActivationStream::new,
                workFolder,
                new InitialDictionaries(objects, workFolder));
    }

    @Test
    void whatDoesNotLearnStaysTheDictionaryItStartedFrom() {
        StoredStart.put(objects, SOURCE, Activations.DIM, LATENTS);
        RunSpec spec =
                RunSpecs.changed(
                        spec(0), json -> json.withObject("/recipes/0").remove("resampling"));
        RecipeSpec recipe = spec.recipes().getFirst();
        InitialDictionaries dictionaries = new InitialDictionaries(objects, workFolder);
        try (TrainerStage stage = runs(spec).stage(manager);
                Dictionary source = dictionaries.load(SOURCE, manager);
                NDArray rows = manager.randomNormal(new Shape(20, Activations.DIM))) { // (N, D)
            FakeActivationStream stream = new FakeActivationStream(spec, 0, spec.trainingBlocks());
            while (stage.advance(stream) != Advance.FINISHED) {}

            try (Dictionary trained = stage.dictionary(recipe, manager).orElseThrow()) {
                float[] expected = source.reconstruct(rows).toFloatArray();
                float[] found = trained.reconstruct(rows).toFloatArray();
                for (int i = 0; i < expected.length; i++) {
                    assertThat(found[i]).isCloseTo(expected[i], ROUNDING);
                }
            }
        }
    }

    @Test
    void continuesWithTheSameBitsFromACheckpointAtAnyMoment() {
        StoredStart.put(objects, SOURCE, Activations.DIM, LATENTS);
        RunSpec spec = spec(0.01);
        StageRuns.Result expected = runs(spec).undisturbed(manager);

        assertThat(expected.weights()).containsOnlyKeys("first", "second");
        for (int every = 2; every < 6; every++) {
            assertThat(runs(spec).disturbed(manager, every)).isEqualTo(expected);
        }
    }

    @Test
    void aStartThatIsMissingOrOfAnotherWidthStopsItsRecipeAlone() {
        RunSpec spec = spec(0.01);

        StageRuns.Result missing = runs(spec).undisturbed(manager);
        StoredStart.put(objects, SOURCE, Activations.DIM + 1, LATENTS);
        StageRuns.Result wide = runs(spec).undisturbed(manager);

        assertThat(missing.stops().get("first").text()).contains("no such dictionary");
        assertThat(wide.stops().get("first").text())
                .contains("activation width mismatch: expected=[6, 6], found=[7, 7]");
        assertThat(missing.weights()).containsOnlyKeys("second").isEqualTo(wide.weights());
    }
}
