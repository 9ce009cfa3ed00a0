package org.lexicographer.trainer.service.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runtime.meter.CommonMeters;
import org.lexicographer.testing.MeterTable;
import org.lexicographer.trainer.pending.PendingWork;
import org.lexicographer.trainer.time.JobFigures;

class TrainerMetricsTest {

    private static final Path PAGE = Path.of("../docs/metrics.md");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TrainerMetrics metrics = new TrainerMetrics(registry);

    @Test
    void showsHowFarEachJobOfThisProcessIs() {
        // When
        metrics.progress(reached("layers.0.mlp.out", 10, 640));
        metrics.progress(reached("layers.1.mlp.out", 3, 192));
        metrics.progress(reached("layers.0.mlp.out", 20, 1280));

        // Then
        assertThat(value("lexicographer.dictionaries.step", "layers.0.mlp.out")).isEqualTo(20);
        assertThat(value("lexicographer.dictionaries.tokens", "layers.0.mlp.out")).isEqualTo(1280);
        assertThat(value("lexicographer.dictionaries.step", "layers.1.mlp.out")).isEqualTo(3);
    }

    @Test
    void countsWhatIsSent() {
        // When
        metrics.announcedDictionary();
        metrics.announcedDictionary();
        metrics.rejected(rejection("activation-blocks.demo.layers.0.mlp.out"));
        metrics.rejected(rejection(Topics.RUNS));
        metrics.rejected(rejection(Topics.RUNS));

        // Then
        assertThat(registry.get("lexicographer.dictionaries.announced").counter().count())
                .isEqualTo(2);
        assertThat(rejected("activation-blocks")).isEqualTo(1);
        assertThat(rejected("runs")).isEqualTo(2);
    }

    @Test
    void showsWhatTheLastReportedStepOfEachRecipeSaw() {
        // When
        Site site = Site.parse("layers.0.mlp.out");
        metrics.reported("demo", site, Map.of("standard", point(0.5)));
        metrics.reported("demo", site, Map.of("standard", point(0.75)));

        // Then
        assertThat(ofRecipe("lexicographer.dictionaries.variance.explained")).isEqualTo(0.75);
        assertThat(ofRecipe("lexicographer.dictionaries.relative.loss")).isEqualTo(0.25);
        assertThat(ofRecipe("lexicographer.dictionaries.reconstruction")).isEqualTo(3);
        assertThat(ofRecipe("lexicographer.dictionaries.sparsity")).isEqualTo(2);
        assertThat(ofRecipe("lexicographer.dictionaries.l0")).isEqualTo(31.5);
        assertThat(ofRecipe("lexicographer.dictionaries.dead.latents")).isEqualTo(7);
        assertThat(ofRecipe("lexicographer.dictionaries.learning.rate")).isEqualTo(1e-3);
    }

    @Test
    void showsHowLongACheckpointThatIsDueIsBeingSaved() {
        // Given
        AtomicLong now = new AtomicLong();
        TrainerMetrics timed = new TrainerMetrics(registry, now::get);
        Site site = Site.parse("layers.0.mlp.out");
        String underWay = "lexicographer.dictionaries.checkpoint.under.way";
        timed.progress(reached("layers.0.mlp.out", 10, 640));
        assertThat(value(underWay, "layers.0.mlp.out")).isZero();

        // When
        timed.checkpointing("demo", site);
        now.addAndGet(Duration.ofMinutes(31).toNanos());

        // Then
        assertThat(value(underWay, "layers.0.mlp.out")).isEqualTo(1860);
        timed.checkpointed("demo", site, Duration.ofMinutes(31));
        assertThat(value(underWay, "layers.0.mlp.out")).isZero();
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
                .contains("layers.1.mlp.out")
                .doesNotContain("layers.0.mlp.out");
        metrics.progress(reached("layers.0.mlp.out", 20, 1280));
        assertThat(value("lexicographer.dictionaries.step", "layers.0.mlp.out")).isEqualTo(20);
    }

    @Test
    void countsJobsAlsoBeforeTheySayAnything() {
        // When
        metrics.owned(() -> 3);
        metrics.progress(reached("layers.0.mlp.out", 10, 640));
        metrics.progress(waiting("layers.1.mlp.out"));
        metrics.progress(waiting("layers.2.mlp.out"));
        metrics.left("demo", Site.parse("layers.2.mlp.out"));

        // Then
        assertThat(registry.get("lexicographer.jobs.owned").gauge().value()).isEqualTo(3);
        assertThat(registry.get("lexicographer.jobs.waiting").gauge().value()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("deprecation") // Quarkus keeps to the registry of Prometheus' simple client.
    void metersAreThoseOfTheirPage() {
        // Given
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        TrainerMetrics all = new TrainerMetrics(prometheus);
        Site site = Site.parse("layers.0.mlp.out");

        // When
        all.owned(() -> 1);
        all.progress(reached("layers.0.mlp.out", 10, 640));
        all.reported("demo", site, Map.of("standard", point(0.5)));
        all.worked("demo", site, new JobFigures(0.5, Duration.ofSeconds(2), Duration.ZERO));
        all.checkpointed("demo", site, Duration.ofSeconds(1));
        new CommonMeters(prometheus).removed(new Removal("checkpoints", Instant.EPOCH, 1, 1));
        RunMetrics runs = new RunMetrics(prometheus, InstantSource.fixed(Instant.EPOCH));
        RunProgress failed = RunProgress.ofRun("demo", State.FAILED, Optional.empty());
        runs.said(failed.key(), Optional.of(failed), Instant.EPOCH);
        new AdmissionMeters(prometheus, Optional::empty);
        new PendingWorkMeters(prometheus).show(new PendingWork(1, Map.of("demo", 1L)));

        // Then
        assertThat(MeterTable.scraped(prometheus.scrape()))
                .containsExactlyElementsOf(MeterTable.documented(PAGE, "trainer-service"));
    }

    private static Rejection rejection(String topic) {
        return new Rejection(
                new Rejection.Source(topic, 0, 0),
                null,
                null,
                "broken",
                Optional.empty(),
                Optional.empty());
    }

    private double rejected(String what) {
        return registry.get("lexicographer.rejected").tag("what", what).counter().count();
    }

    private static RunProgress waiting(String site) {
        return new RunProgress(
                "demo",
                TrainingProgress.start(Site.parse(site), 100),
                State.WAITING,
                Optional.empty());
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
                        Site.parse(site),
                        step,
                        100,
                        tokens,
                        0,
                        new StreamProgress(step, OptionalLong.of(4), OptionalLong.of(4096), 0, 0),
                        Map.of());
        return new RunProgress(
                "demo", training, State.RUNNING, Optional.empty(), OptionalLong.empty());
    }
}
