package org.lexicographer.benchmark.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.benchmark.measure.Contender;

/** Tiny steps: what is claimed is that each recipe can be timed, not how fast it is. */
class StepWorkTest {

    private static final Place HERE = Place.cpu(1);

    static Iterable<String> recipes() {
        return StepWork.allRecipes();
    }

    private static void assertTimed(StepWork work) {
        try (Contender steps = work.own()) {
            assertThat(steps.milliseconds()).isPositive();
            assertThat(steps.milliseconds()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyRecipeIsTimedWithFewLatents(String recipe) {
        assertTimed(StepWork.of(recipe, new StepSize(64, 16, 128, 8), HERE));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyRecipeIsTimedWithAllLatents(String recipe) {
        assertTimed(StepWork.of(recipe, new StepSize(64, 16, 128, 128), HERE));
    }

    @Test
    void aStandardRecipeIsTimedAsTrainingStarts() {
        StepSize size = new StepSize(64, 16, 128, StepSize.AS_TRAINING_STARTS);
        assertTimed(StepWork.of("standard", size, HERE));
    }

    @Test
    void sitesStepTogether() {
        StepSize size = new StepSize(64, 16, 128, 8);
        assertTimed(new StepWork(List.of("topK", "batchTopK"), 3, size, Place.cpu(2)));
    }
}
