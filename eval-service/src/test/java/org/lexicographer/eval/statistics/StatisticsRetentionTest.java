package org.lexicographer.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.statistics.StatisticsRetention.Kept;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.pipeline.stored.StoredDictionary;

class StatisticsRetentionTest {

    private static final DictionaryId DICTIONARY =
            new DictionaryId("demo", StoredRun.MLP_OUT, "mine");
    private static final Instant SEEN = Instant.parse("2026-01-31T12:00:00Z");
    private static final Optional<Duration> WEEK = Optional.of(Duration.ofDays(7));
    private static final Optional<Duration> DAY = Optional.of(Duration.ofDays(1));

    private final InMemoryObjectStore objects = new InMemoryObjectStore("test");
    private final PlanStore plans = new PlanStore(objects);

    private static DictionaryCheckpoint checkpoint(long step) {
        return new DictionaryCheckpoint(
                DICTIONARY, step, 0, true, ObjectKeys.dictionary(DICTIONARY, step));
    }

    private void leaveARunThatHasEnded() {
        new StoredRun(objects, "demo").storeSpec();
        for (long step : List.of(4L, 8L)) {
            String prefix = ObjectKeys.dictionary(DICTIONARY, step);
            objects.put(prefix + StoredDictionary.CONFIG_FILE, new byte[1]);
            objects.put(prefix + StoredDictionary.WEIGHTS_FILE, new byte[1]);
            objects.put(ObjectKeys.explanations(DICTIONARY, step) + "0.json", new byte[1]);
            String statistics = ObjectKeys.latentStatistics(DICTIONARY, step, "held-out");
            objects.put(statistics + "summary.json", new byte[2]);
            objects.put(statistics + "digest.safetensors", new byte[3]);
            objects.put(statistics + "digest.latents-00000.jsonl", new byte[4]);
        }
        objects.put(ObjectKeys.evaluation(DICTIONARY, 8, "held-out"), new byte[1]);
        objects.put(ObjectKeys.statisticsContexts("demo", "digest"), new byte[1]);
        objects.put(ObjectKeys.runEnd("demo"), new RunEnd(State.ENDED, Optional.empty()).toJson());
    }

    private List<Removal> sweep(Kept kept, Duration after) {
        return sweep(objects, kept, after);
    }

    private static List<Removal> sweep(ObjectStore objects, Kept kept, Duration after) {
        InstantSource clock = InstantSource.fixed(SEEN.plus(after));
        return new StatisticsRetention(
                        objects,
                        kept,
                        clock,
                        PlanStore.retentionTurns(objects, "me", Duration.ofMinutes(5), clock))
                .sweep();
    }

    private long statistics(long step) {
        return objects.list(ObjectKeys.latentStatistics(DICTIONARY, step)).count();
    }

    private long others() {
        return objects.list("")
                .map(ObjectStat::key)
                .filter(key -> !key.contains("/statistics.") && !key.startsWith("runs/"))
                .count();
    }

    @Test
    void thoseOfEarlierCheckpointsGoFirstAndAllElseStays() {
        leaveARunThatHasEnded();
        long others = others();
        Kept kept = new Kept(WEEK, DAY);

        assertThat(sweep(kept, Duration.ZERO)).isEmpty();
        List<Removal> first = sweep(kept, Duration.ofDays(1));
        assertThat(first).containsExactly(new Removal("statistics", SEEN.plus(DAY.get()), 3, 9));
        assertThat(statistics(4)).isZero();
        assertThat(statistics(8)).isEqualTo(3);

        sweep(kept, Duration.ofDays(7));
        assertThat(statistics(8)).isZero();
        assertThat(others()).isEqualTo(others);
        assertThat(Removal.read(objects.bytes(ObjectKeys.removal("demo", "statistics"))))
                .isEqualTo(new Removal("statistics", SEEN.plus(WEEK.get()), 6, 18));
    }

    @Test
    void thoseOfTheLastCheckpointStayWhereNothingIsSaidOfThem() {
        leaveARunThatHasEnded();
        Kept kept = new Kept(Optional.empty(), DAY);

        sweep(kept, Duration.ZERO);
        sweep(kept, Duration.ofDays(1000));

        assertThat(statistics(4)).isZero();
        assertThat(statistics(8)).isEqualTo(3);
    }

    @Test
    void thoseThatAreWantedOrBeingMadeStay() {
        leaveARunThatHasEnded();
        Kept kept = new Kept(DAY, Optional.empty());
        sweep(kept, Duration.ZERO);
        plans.want(checkpoint(4));
        StatisticsPlan plan =
                new StatisticsPlan(
                        "demo",
                        new StatisticsPlan.Setting(
                                "other", "s3://models/demo/", "contexts", 8, 4, 2, 4, 0),
                        List.of(checkpoint(8)),
                        Optional.empty());
        plans.create(plan);

        assertThat(sweep(kept, Duration.ofDays(1))).isEmpty();

        plans.remove(plan);
        plans.settle(checkpoint(4));
        assertThat(sweep(kept, Duration.ofDays(1))).hasSize(1);
    }

    @Test
    void thoseThatWereMadeAnewLaterStayAsLong() {
        leaveARunThatHasEnded();
        Kept kept = new Kept(WEEK, WEEK);
        sweep(kept, Duration.ZERO);
        String summary = ObjectKeys.latentStatistics(DICTIONARY, 8, "held-out") + "summary.json";
        objects.put(summary, new byte[] {1, 2});
        sweep(kept, Duration.ofDays(6));

        assertThat(sweep(kept, Duration.ofDays(12))).hasSize(1);
        assertThat(statistics(4)).isZero();
        assertThat(statistics(8)).isEqualTo(3);
        assertThat(sweep(kept, Duration.ofDays(13))).hasSize(1);
        assertThat(statistics(8)).isZero();
    }

    @Test
    void whatWasRemovedIsOnRecordBeforeItGoes() {
        leaveARunThatHasEnded();
        Kept kept = new Kept(DAY, DAY);
        sweep(kept, Duration.ZERO);
        ObjectStore breaking =
                (ObjectStore)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ObjectStore.class},
                                (_, method, arguments) -> {
                                    if (method.getName().equals("deleteAll")) {
                                        throw new RetryableObjectStoreException("away", null);
                                    }
                                    try {
                                        return method.invoke(objects, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });

        assertThatExceptionOfType(RetryableObjectStoreException.class)
                .isThrownBy(() -> sweep(breaking, kept, DAY.get()));

        assertThat(objects.stat(ObjectKeys.removal("demo", "statistics"))).isPresent();
    }

    @Test
    void replicasTakeTurns() {
        leaveARunThatHasEnded();
        Kept kept = new Kept(DAY, Optional.empty());
        sweep(kept, Duration.ZERO);
        InstantSource clock = InstantSource.fixed(SEEN.plus(DAY.get()));
        PlanStore.retentionTurns(objects, "other", Duration.ofMinutes(5), clock).claim("demo");

        assertThat(sweep(kept, DAY.get())).isEmpty();
        assertThat(sweep(kept, DAY.get().plusMinutes(5))).hasSize(1);
    }

    @Test
    void nothingOfARunThatGoesOnIsRemoved() {
        leaveARunThatHasEnded();
        objects.delete(ObjectKeys.runEnd("demo"));
        Kept kept = new Kept(DAY, DAY);

        sweep(kept, Duration.ZERO);

        assertThat(sweep(kept, Duration.ofDays(1000))).isEmpty();
    }
}
