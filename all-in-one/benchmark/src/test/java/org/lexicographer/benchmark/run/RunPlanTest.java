package org.lexicographer.benchmark.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;

class RunPlanTest {

    private final RunPlan plan =
            new RunPlan(
                    new Texts("/models/pythia70m", 16, 128),
                    List.of("layers.0.mlp.out", "layers.1.mlp.out"),
                    List.of("topK", "batchTopK"),
                    new StepSize(2_048, 512, 8_192, 32),
                    40);

    @Test
    void theServicesAndThePeerTakeTheSameSteps() {
        RunSpec spec = plan.spec("measured");

        assertThat(spec.contextLength()).isEqualTo(128);
        assertThat(spec.sites()).hasToString(plan.sites().toString());
        assertThat(spec.recipes())
                .extracting(RecipeSpec::name)
                .containsExactly("topk", "batchtopk");
        assertThat(spec.training().steps() * spec.training().batchSize()).isEqualTo(plan.tokens());
        assertThat(plan.step(Place.cpu(2)).texts().tokens()).isEqualTo(2_048);
    }

    @Test
    void aUsualRunMayExtractFurtherAhead() {
        assertThat(plan.usualSpec("usual").training().maxLagBytes())
                .isEqualTo(1L << 30)
                .isGreaterThan(plan.spec("measured").training().maxLagBytes());
    }

    @Test
    void bothSidesEvaluateEachDictionaryOnTheSameNumberOfContexts() {
        assertThat(plan.spec("measured").evaluation().contexts()).isEqualTo(16);
        assertThat(plan.evaluation(Place.cpu(2)).sites()).hasSize(4);
        assertThat(plan.evaluation(Place.cpu(2)).texts().contexts()).isEqualTo(16);
    }

    @Test
    void aRunOfExtractionHasTextForItsBuffersAlone() {
        RunSpec extraction = RunPlan.extraction("extraction", 64);

        assertThat(extraction.training().steps() * extraction.training().batchSize())
                .isEqualTo(64 * extraction.contextLength());
        assertThat(extraction.sites()).hasSize(4);
    }

    @Test
    void theDemosRunMayBeShorter() {
        RunSpec shorter = RunPlan.shorterDemo(100);

        assertThat(shorter.training().steps()).isEqualTo(100);
        assertThat(shorter.sites()).isEqualTo(Demo.spec().sites());
    }
}
