package org.lexicographer.benchmark.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.benchmark.measure.Contender;
import org.lexicographer.benchmark.model.DrawnDictionary;
import org.lexicographer.benchmark.model.MeasuredModel;
import org.lexicographer.benchmark.work.EvaluationWork;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.LatentsWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.ProductWork;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.benchmark.work.Work;
import org.lexicographer.pipeline.Site;

/** Tiny pieces: what is claimed is that each can be timed, not how fast it is. */
class OwnWorkTest {

    private static final Place HERE = Place.cpu(1);

    static Iterable<String> recipes() {
        return StepWork.allRecipes();
    }

    private static void assertTimed(Work work) {
        try (Contender steps = OwnWork.start(work)) {
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

    @ParameterizedTest
    @EnumSource
    void productsAreTimed(ProductWork.Method method) {
        assertTimed(new ProductWork(method, new StepSize(100, 24, 160, 8), HERE));
    }

    @Test
    void forwardPassesAreTimed(@TempDir Path folder) {
        Texts texts = MeasuredModel.demo.texts(folder, 2, 32);

        assertTimed(new ForwardWork(texts, List.of(), HERE));
    }

    @Test
    void forwardPassesInBfloat16AreTimed(@TempDir Path folder) {
        Texts texts = MeasuredModel.demo.texts(folder, 2, 32);

        assertTimed(new ForwardWork(texts, List.of(), HERE).inHalf());
    }

    @Test
    void publishedActivationsAreTimed(@TempDir Path folder) {
        Texts texts = MeasuredModel.demo.texts(folder, 2, 32);

        assertTimed(new ForwardWork(texts, List.of("layers.1.mlp.out"), HERE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void evaluationsAreTimed(boolean known, @TempDir Path folder) {
        Texts texts = MeasuredModel.demo.texts(folder, 2, 32);
        List<String> sites = List.of("layers.1.mlp.out", "layers.2.resid.post");

        assertTimed(new EvaluationWork(texts, sites, 64, known, HERE));
    }

    @Test
    void statisticsOfLatentsAreTimed(@TempDir Path folder) {
        Texts texts = MeasuredModel.demo.texts(folder, 9, 32);
        Path dictionary = DrawnDictionary.write(texts, Site.parse("layers.1.mlp.out"), 64);

        assertTimed(new LatentsWork(texts, List.of(dictionary.toString()), HERE));
    }
}
