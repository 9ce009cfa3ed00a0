package org.lexicographer.activation.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lexicographer.activation.job.TestBroker.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.activation.model.FakeModel;
import org.lexicographer.activation.model.LoadedModel;
import org.lexicographer.activation.service.ActivationMetrics;
import org.lexicographer.activation.stage.WorkedStages;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.runstore.StoredEnds;

/** A run that ends, and one that is resumed, while a job of it still loads its model. */
class JobSuccessionTest {

    private static final Site SITE = Site.parse("layers.0.mlp.in");

    @TempDir static Path folder;
    private static TestBroker broker;

    private final Semaphore loading = new Semaphore(0);
    private final FakeOutput output = new FakeOutput();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final StoredEnds ends = new StoredEnds(objects);
    private ActivationJobs jobs;
    private RunSpec spec;

    @BeforeAll
    static void startBroker() {
        broker = new TestBroker(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void begin(TestInfo test) {
        spec = TestRuns.spec(test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT));
        LanguageModels<LoadedModel> models =
                new LanguageModels<>(
                        uri -> new ModelFolder(Path.of(uri), "content"),
                        new LanguageModels.Loading<>(
                                (model, part) -> {
                                    loading.acquireUninterruptibly();
                                    return new FakeModel();
                                },
                                LoadedModel::close),
                        Duration.ZERO,
                        InstantSource.system());
        jobs =
                new ActivationJobs(
                        new JobContext(
                                "a",
                                WorkedStages.ALL,
                                broker.connection(),
                                objects,
                                models,
                                output,
                                new ActivationMetrics(new SimpleMeterRegistry()),
                                Duration.ofMinutes(5)),
                        objects);
        jobs.submit(spec);
        await("loads", loading::hasQueuedThreads);
    }

    @AfterEach
    void stop() {
        loading.release(1000);
        jobs.close();
    }

    private void end() {
        ends.record(spec.run(), new RunEnd(State.FAILED, Optional.of("a later stage failed")));
        await("told to leave", () -> jobs.active().iterator().next().isLeaving());
    }

    @Test
    void aRunThatIsResumedWhileItsJobLeavesIsWorkedOn() {
        // Given
        end();

        // When
        ends.forget(spec.run());
        jobs.submit(spec);
        loading.release(1000);
        broker.write(spec.run(), 0, 1);

        // Then
        await("extracted", () -> broker.activationRecords(spec.run(), SITE) == 1);
    }

    @Test
    void aRunThatEndsWhileItsModelLoadsHasNoTopicsMadeForIt() {
        // Given
        end();

        // When
        loading.release(1000);
        await("left", () -> jobs.active().isEmpty());

        // Then
        assertThat(
                        broker.topics()
                                .existing(
                                        BlockReader.partitions(
                                                Topics.activationBlocks(spec.run(), SITE),
                                                TestRuns.PARTITIONS)))
                .isEmpty();
    }
}
