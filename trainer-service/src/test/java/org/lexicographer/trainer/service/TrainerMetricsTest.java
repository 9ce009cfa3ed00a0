package org.lexicographer.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.stored.CurvePoint;

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
