package org.lexicographer.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.config.Lineage.Stopped.Reason;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.engine.Recipe;
import org.lexicographer.trainer.stage.TrainerStage.Advance;
import org.lexicographer.trainer.watch.Stop;

class TrainerStageStopTest {

    private static final int STEPS = 45;

    /** The first step alone makes weights of about this size, whose squares are too large. */
    private static final double NOT_A_NUMBER = 1e30;

    @TempDir Path workFolder;

    private StageRuns runs(RunSpec spec) {
        return new StageRuns(spec, spec.trainingBlocks(), workFolder);
    }

    private static RunSpec spec() {
        return RunSpecs.of("run", STEPS);
    }

    /** A run with a recipe whose learning rate grows until its loss leaves that of the start. */
    private static RunSpec exploding() {
        return RunSpecs.changed(
                RunSpecs.withRecipe(RunSpecs.of("run", 145), "wild", 20),
                json -> {
                    json.withObject("/training/divergence").put("lossMultiple", 1).put("steps", 20);
                    json.withObject("/recipes/2/schedule").put("warmupSteps", 2000);
                    json.withObject("/recipes/2").remove("resampling");
                });
    }

    /** A run in which hardly anything counts as an improvement. */
    private static RunSpec impatient(String... recipes) {
        return RunSpecs.changed(
                spec(),
                json -> {
                    json.withObject("/training/earlyStop")
                            .put("window", 10)
                            .put("patience", 2)
                            .put("minRelativeImprovement", 0.9);
                    List.of(recipes)
                            .forEach(
                                    json.withObject("/training/earlyStop").withArray("recipes")
                                            ::add);
                });
    }

    @Test
    void aDictionaryThatIsNoNumbersLeavesItsNeighboursAsTheyAre() {
        RunSpec sweep = RunSpecs.withRecipe(spec(), "wild", NOT_A_NUMBER);
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result tame = runs(spec()).undisturbed(manager);
            StageRuns.Result all = runs(sweep).undisturbed(manager);

            assertThat(all.stops()).containsOnlyKeys("wild");
            assertThat(all.stops().get("wild").isDivergence()).isTrue();
            assertThat(all.steps()).isEqualTo(STEPS);
            assertThat(all.weights()).containsAllEntriesOf(tame.weights());
        }
    }

    @Test
    void aDictionaryThatWasNeverSoundStaysAsItStarted() {
        RunSpec sweep = RunSpecs.withRecipe(spec(), "wild", NOT_A_NUMBER);
        RecipeSpec wild = sweep.recipes().get(2);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = StageRuns.stage(sweep, manager);
                Recipe untrained =
                        Recipe.start(manager, wild, Activations.DIM, Activations.DIM, STEPS);
                Dictionary initial = untrained.dictionary(manager)) {
            FakeActivationStream stream = new FakeActivationStream(sweep, 0, 100);
            while (stage.advance(stream) != Advance.FINISHED) {}

            assertThat(stage.steps(wild)).isZero();
            assertThat(stage.tokens(wild)).isZero();
            Dictionary expected = initial.fold(stage.normalization(wild).orElseThrow());
            assertThat(StageRuns.bytes(stage.dictionary(wild, manager).orElseThrow()))
                    .isEqualTo(StageRuns.bytes(expected));
        }
    }

    @Test
    void stopsWithTheSameBitsFromACheckpointAtAnyMoment() {
        RunSpec sweep = RunSpecs.withRecipe(spec(), "wild", NOT_A_NUMBER);
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result expected = runs(sweep).undisturbed(manager);
            for (int every : new int[] {2, 3, 5, 11}) {
                assertThat(runs(sweep).disturbed(manager, every))
                        .as("every %d", every)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aDictionaryThatExplodesGoesBackToItsLastSoundCheckpoint() {
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result all = runs(exploding()).undisturbed(manager);

            Stop stop = all.stops().get("wild");
            assertThat(stop.why().message()).startsWith("loss exploded: relativeLoss=");
            assertThat(stop.dictionaryStep()).isPositive().isLessThan(stop.why().step() - 10);
            assertThat(stop.dictionaryStep() % exploding().training().checkpointSteps()).isZero();
            assertThat(all.weights()).containsOnlyKeys("first", "second");
            for (int every : new int[] {3, 7}) {
                assertThat(runs(exploding()).disturbed(manager, every)).isEqualTo(all);
            }
        }
    }

    @Test
    void endsWhenEveryDictionaryHasStopped() {
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result result = runs(impatient()).undisturbed(manager);

            // The first window of 10 steps is the best one, two more bring no improvement.
            assertThat(result.stops()).containsOnlyKeys("first", "second");
            assertThat(result.stops().get("first").why().reason()).isEqualTo(Reason.EARLY_STOP);
            assertThat(result.steps()).isEqualTo(30);
            for (int every : new int[] {2, 5, 9}) {
                assertThat(runs(impatient()).disturbed(manager, every)).isEqualTo(result);
            }
        }
    }

    @Test
    void aStoppedDictionaryStaysAsItIsWhileOthersContinue() {
        try (NDManager manager = NDManager.newBaseManager()) {
            StageRuns.Result both = runs(impatient()).undisturbed(manager);
            StageRuns.Result one = runs(impatient("first")).undisturbed(manager);
            StageRuns.Result none = runs(spec()).undisturbed(manager);

            assertThat(one.stops()).containsOnlyKeys("first");
            assertThat(one.steps()).isEqualTo(STEPS);
            assertThat(one.weights().get("first")).isEqualTo(both.weights().get("first"));
            assertThat(one.weights().get("second")).isEqualTo(none.weights().get("second"));
            assertThat(runs(impatient("first")).disturbed(manager, 4)).isEqualTo(one);
        }
    }

    @Test
    void aDivergedDictionaryGivesUpItsMemory() {
        RunSpec sweep = RunSpecs.withRecipe(RunSpecs.of("run", 1000), "wild", NOT_A_NUMBER);
        try (NDManager manager = NDManager.newBaseManager();
                TrainerStage stage = StageRuns.stage(sweep, manager)) {
            FakeActivationStream stream = new FakeActivationStream(sweep, 0, 1000);
            while (stage.stops().isEmpty()) {
                stage.advance(stream);
            }
            int after = stage.managedArrays();
            for (int call = 0; call < 100; call++) {
                stage.advance(stream);
            }

            assertThat(stage.managedArrays()).isEqualTo(after);
        }
    }
}
