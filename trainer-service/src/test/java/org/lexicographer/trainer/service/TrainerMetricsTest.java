package org.lexicographer.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.admission.Admission;
import org.lexicographer.trainer.admission.Memories;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.Plan;
import org.lexicographer.trainer.ownership.RunDemand;

class TrainerMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TrainerMetrics metrics = new TrainerMetrics(registry);

    @Test
    void showsHowFarEachJobOfThisProcessIs() {
        // When
        metrics.progress(reached("layers.0.mlp.out", 10, 640));
        metrics.progress(reached("layers.1.mlp.out", 3, 192));
        metrics.progress(reached("layers.0.mlp.out", 20, 1280));

        // Then
        assertThat(value("trainer.steps", "layers.0.mlp.out")).isEqualTo(20);
        assertThat(value("trainer.tokens", "layers.0.mlp.out")).isEqualTo(1280);
        assertThat(value("trainer.steps", "layers.1.mlp.out")).isEqualTo(3);
    }

    @Test
    void countsWhatIsSent() {
        // When
        metrics.announcedDictionary();
        metrics.announcedDictionary();
        metrics.rejected();

        // Then
        assertThat(registry.get("trainer.dictionaries").counter().count()).isEqualTo(2);
        assertThat(registry.get("trainer.rejected").counter().count()).isEqualTo(1);
    }

    @Test
    void showsWhatTheLastReportedStepOfEachRecipeSaw() {
        // When
        Site site = Site.parse("layers.0.mlp.out");
        metrics.reported("demo", site, Map.of("standard", point(0.5)));
        metrics.reported("demo", site, Map.of("standard", point(0.75)));

        // Then
        assertThat(ofRecipe("trainer.recipe.variance.explained")).isEqualTo(0.75);
        assertThat(ofRecipe("trainer.recipe.relative.loss")).isEqualTo(0.25);
        assertThat(ofRecipe("trainer.recipe.reconstruction")).isEqualTo(3);
        assertThat(ofRecipe("trainer.recipe.sparsity")).isEqualTo(2);
        assertThat(ofRecipe("trainer.recipe.l0")).isEqualTo(31.5);
        assertThat(ofRecipe("trainer.recipe.dead.latents")).isEqualTo(7);
        assertThat(ofRecipe("trainer.recipe.learning.rate")).isEqualTo(1e-3);
    }

    @Test
    void forgetsJobsThatItWorksOnNoMore() {
        // Given
        Site site = Site.parse("layers.0.mlp.out");
        metrics.progress(reached("layers.0.mlp.out", 10, 640));
        metrics.progress(reached("layers.1.mlp.out", 3, 192));
        metrics.reported("demo", site, Map.of("standard", point(0.5)));

        // When
        metrics.left("demo", site);

        // Then
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getTag("site"))
                .containsOnly("layers.1.mlp.out");
        metrics.progress(reached("layers.0.mlp.out", 20, 1280));
        assertThat(value("trainer.steps", "layers.0.mlp.out")).isEqualTo(20);
    }

    @Test
    void showsWhatIsPromisedToJobsAndHowManyHaveNoOwner() {
        // Given
        AtomicReference<Optional<Admission>> admission = new AtomicReference<>(Optional.empty());
        metrics.admission(admission::get);
        assertThat(registry.get("lexicographer.jobs.unowned").gauge().value()).isZero();
        RunSpec spec = RunSpecs.of("run", 12);

        // When
        try (Admission own =
                new Admission(
                        new InMemoryObjectStore("lexicographer"),
                        Memories.withRoomFor(30),
                        Memories.each(20),
                        said -> {})) {
            admission.set(Optional.of(own));
            own.begin(spec, RunSpecs.SITE);
            own.demands(Set.of(), Set.of());
            own.planned(
                    new Plan(
                            Map.of(),
                            List.of(
                                    new Plan.Waiting(
                                            new RunDemand(
                                                    "other",
                                                    1,
                                                    false,
                                                    Map.of(RunSpecs.SITE, MemoryAmount.NONE)),
                                            MemoryAmount.NONE,
                                            MemoryAmount.NONE,
                                            1,
                                            Plan.Lack.TURN))));

            // Then
            assertThat(registry.get("lexicographer.jobs.unowned").gauge().value()).isEqualTo(1);
            assertThat(registry.get("trainer.jobs").gauge().value()).isEqualTo(1);
            assertThat(memory("trainer.memory.promised", "native")).isEqualTo(20);
            assertThat(memory("trainer.memory.budget", "native")).isEqualTo(30);
            assertThat(memory("trainer.memory.budget", "heap")).isEqualTo(30);

            // When another replica leads
            own.follows();
            assertThat(registry.get("lexicographer.jobs.unowned").gauge().value()).isZero();
        }
    }

    @Test
    void leavesNoGaugeOfTheProcessBehindForTheNextApplicationOfItsRegistry() {
        // Given
        metrics.admission(Optional::empty);
        assertThat(registry.getMeters()).isNotEmpty();

        // When
        metrics.close();

        // Then
        assertThat(registry.getMeters()).isEmpty();
    }

    private double memory(String name, String area) {
        return registry.get(name).tag("area", area).gauge().value();
    }

    private static CurvePoint point(double varianceExplained) {
        return new CurvePoint(10, 0.25, 3, 2, 31.5, 7, Optional.of(varianceExplained), 1e-3);
    }

    private double ofRecipe(String name) {
        return registry.get(name)
                .tags("run", "demo", "site", "layers.0.mlp.out", "recipe", "standard")
                .gauge()
                .value();
    }

    private double value(String name, String site) {
        return registry.get(name).tags("run", "demo", "site", site).gauge().value();
    }

    private static RunProgress reached(String site, long step, long tokens) {
        TrainingProgress training =
                new TrainingProgress(
                        Site.parse(site), step, 100, tokens, 0, StreamProgress.START, Map.of());
        return new RunProgress(
                "demo", training, State.RUNNING, Optional.empty(), OptionalLong.empty());
    }
}
