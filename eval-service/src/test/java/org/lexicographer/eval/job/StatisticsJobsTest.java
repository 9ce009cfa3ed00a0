package org.lexicographer.eval.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.exchange.NotWritableException;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.nearest.NearestWork;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.statistics.PlanStore;
import org.lexicographer.eval.statistics.StatisticsPlanner;
import org.lexicographer.eval.statistics.StatisticsStage;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.testing.Await;

/** What is thrown while a replica looks at a plan, or for plans. */
class StatisticsJobsTest {

    private static final Duration CHECK = Duration.ofMillis(5);
    private static final String PARTS = "statistics/parts/";
    private static final String PLANS = "statistics/plans/";

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final AtomicInteger attempts = new AtomicInteger();
    private final PlanStore plans = new PlanStore(objects);
    @TempDir private Path cache;
    private StatisticsJobs jobs;

    @AfterEach
    void stop() {
        jobs.close();
    }

    private ObjectStore failing(String keys, Supplier<Throwable> failure) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        StatisticsJobsTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            if (arguments != null
                                    && arguments[0] instanceof String key
                                    && key.startsWith(keys)) {
                                attempts.incrementAndGet();
                                throw failure.get();
                            }
                            try {
                                return method.invoke(objects, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private void begin(ObjectStore store) {
        NearestStore nearest = new NearestStore(store);
        InstantSource clock = InstantSource.system();
        StatisticsPlanner planner =
                new StatisticsPlanner(
                        new RunStore(store),
                        new DictionaryStore(store),
                        new StatisticsStore(store),
                        new PlanStore(store),
                        nearest,
                        1);
        StatisticsStage stage =
                new StatisticsStage(
                        new RunStore(store),
                        new DictionaryStore(store),
                        new StatisticsStore(store),
                        new PlanStore(store),
                        null,
                        new ModelFolders(store, cache, true),
                        new KeptLatents(0),
                        new StatisticsStage.Claiming(
                                "one", Duration.ofMinutes(1), clock, () -> true));
        NearestWork work =
                new NearestWork(
                        new DictionaryStore(store),
                        nearest,
                        nearest.claims("one", Duration.ofMinutes(1), clock));
        jobs = new StatisticsJobs(planner, stage, work, CHECK, Duration.ofMinutes(1));
    }

    private DictionaryCheckpoint planned() {
        StoredRun run = new StoredRun(objects, "demo");
        DictionaryCheckpoint checkpoint = run.announced("a", StoredRun.MLP_OUT);
        plans.create(
                new StatisticsPlan(
                        "demo",
                        new StatisticsPlan.Setting(
                                "held-out",
                                "s3://lexicographer/models/absent/",
                                "key",
                                4,
                                16,
                                4,
                                4,
                                0),
                        List.of(checkpoint),
                        Optional.empty()));
        return checkpoint;
    }

    @Test
    void aFolderThatIsFullForAWhileEndsNoPlan() {
        // Given
        DictionaryCheckpoint checkpoint = planned();

        // When
        begin(failing(PARTS, () -> new NotWritableException(cache, null)));
        Await.until("it was tried again", () -> attempts.get() >= 2);
        jobs.close();

        // Then
        assertThat(plans.plans()).hasSize(1);
        assertThat(plans.failure(checkpoint, "held-out")).isEmpty();
        assertThat(jobs.isWell()).isTrue();
    }

    @Test
    void anErrorIsSaidToLiveness() {
        begin(failing(PLANS, () -> new LinkageError("generated")));

        Await.until("it is not well", () -> !jobs.isWell());

        assertThat(attempts.get()).isEqualTo(1);
    }
}
