package org.lexicographer.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.eval.evaluator.EvaluationInterruptedException;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.eval.latent.result.ExampleGroup;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.nearest.NearestWork;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.eval.store.WorkClaims;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.StatisticsPlan;

class StatisticsStageTest {

    private static final int CONTEXTS = 44;

    /** Two batches; the last of three shards is shorter. */
    private static final int SHARD_CONTEXTS = 16;

    private static final Duration CLAIM = Duration.ofMinutes(1);

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final NDManager manager = NDManager.newBaseManager();
    private final List<KeptLatents> kept = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private int modelLoads;
    private int turns = Integer.MAX_VALUE;
    private LanguageModels<LanguageModel> models;
    private ModelFolders folders;

    @BeforeEach
    void start(@TempDir Path cache) {
        folders = new ModelFolders(objects, cache, true);
        models =
                new LanguageModels<>(
                        folders::find,
                        new LanguageModels.Loading<>(
                                (folder, part) -> {
                                    modelLoads++;
                                    return LanguageModel.load(
                                            folder,
                                            ModelDevices.only(Device.cpu(), Long.MAX_VALUE),
                                            part.type());
                                },
                                LanguageModel::close),
                        Duration.ofHours(1),
                        InstantSource.system());
    }

    @AfterEach
    void stop() {
        kept.forEach(KeptLatents::close);
        models.close();
        manager.close();
    }

    /** A run that has ended, with two dictionaries whose statistics are wanted. */
    private List<DictionaryCheckpoint> wanted(String name) {
        StoredRun run = new StoredRun(objects, name).storeSpec(CONTEXTS);
        run.storeHeldOut(CONTEXTS).storeLaterOrigins(CONTEXTS).completeHeldOut(CONTEXTS);
        List<DictionaryCheckpoint> checkpoints = new ArrayList<>();
        checkpoints.add(run.saved("first", StoredRun.random(manager, false)));
        checkpoints.add(run.saved("second", StoredRun.random(manager, true)));
        checkpoints.forEach(new PlanStore(objects)::want);
        end(name);
        return checkpoints;
    }

    private void end(String run) {
        objects.put(ObjectKeys.runEnd(run), new RunEnd(State.ENDED, Optional.empty()).toJson());
    }

    private StatisticsPlanner planner() {
        return new StatisticsPlanner(
                new RunStore(objects),
                new DictionaryStore(objects),
                new StatisticsStore(objects),
                new PlanStore(objects),
                new NearestStore(objects),
                1 << 20);
    }

    private void plan() {
        planner().planWanted();
        PlanStore plans = new PlanStore(objects);
        plans.plans()
                .forEach(
                        plan -> {
                            plans.remove(plan);
                            plans.create(inSmallShards(plan));
                        });
    }

    private static StatisticsPlan inSmallShards(StatisticsPlan plan) {
        StatisticsPlan.Setting all = plan.setting();
        return new StatisticsPlan(
                plan.run(),
                new StatisticsPlan.Setting(
                        all.text(),
                        all.languageModel(),
                        all.contextsKey(),
                        all.contexts(),
                        all.contextLength(),
                        all.batchContexts(),
                        SHARD_CONTEXTS,
                        all.seed()),
                plan.dictionaries(),
                plan.shortfall());
    }

    private StatisticsStage replica(String owner, ObjectStore store) {
        kept.add(new KeptLatents(Long.MAX_VALUE));
        return new StatisticsStage(
                new RunStore(store),
                new DictionaryStore(store),
                new StatisticsStore(store),
                new PlanStore(store),
                models,
                folders,
                kept.getLast(),
                new StatisticsStage.Claiming(owner, CLAIM, () -> now, this::mayBegin));
    }

    private boolean mayBegin() {
        turns--;
        return turns >= 0;
    }

    private StatisticsStage replica(String owner) {
        return replica(owner, objects);
    }

    private static boolean advance(StatisticsStage replica) {
        List<StatisticsPlan> open = replica.open();
        open.forEach(replica::advance);
        return replica.open().isEmpty();
    }

    /** All that lies beside a run's dictionaries, by the part of the key after the run's name. */
    private Map<String, String> results(String run) {
        Map<String, String> found = new HashMap<>();
        String prefix = ObjectKeys.dictionaries(run);
        for (ObjectStat stat : objects.list(prefix).toList()) {
            if (stat.key().contains("statistics.")) {
                // The bytes of a summary name the run, those of the rest do not.
                String content = new String(objects.bytes(stat.key()), StandardCharsets.ISO_8859_1);
                found.put(stat.key().substring(prefix.length()), content);
            }
        }
        return found;
    }

    private StoredStatistics statistics(DictionaryCheckpoint checkpoint) {
        return new StatisticsStore(objects)
                .find(checkpoint.dictionary(), checkpoint.step(), "held-out")
                .orElseThrow();
    }

    @Test
    void aLatentIsShownWithAllThatIsKnownOfIt() {
        // Given
        DictionaryCheckpoint first = wanted("shown").getFirst();
        plan();

        // When
        assertThat(advance(replica("one"))).isTrue();

        // Then
        StoredStatistics statistics = statistics(first);
        StatisticsSummary summary = statistics.summary();
        assertThat(summary.contexts()).isEqualTo(CONTEXTS);
        assertThat(summary.tokens() + summary.uncountedTokens())
                .isEqualTo((long) CONTEXTS * StoredRun.CONTEXT_LENGTH);
        assertThat(summary.uncountedTokens()).isPositive();
        LatentDetails latent = statistics.latent(5, Optional::empty);
        assertThat(latent.top()).hasSize(20);
        assertThat(latent.top().getFirst().max()).isEqualTo(latent.figures().max());
        assertThat(latent.histogram()).hasSize(50);
        assertThat(latent.histogram().stream().mapToLong(LatentDetails.Bin::count).sum())
                .isEqualTo(latent.figures().firings());
        assertThat(latent.logHistogram().stream().mapToLong(LatentDetails.Bin::count).sum())
                .isEqualTo(latent.figures().firings());
        assertThat(latent.decoderNeighbours()).hasSize(10);
        assertThat(latent.encoderNeighbours()).hasSize(10);
        assertThat(latent.jaccard()).hasSize(10);
        assertThat(latent.logitEffects()).hasSize(2);
        assertThat(latent.logitEffects().getFirst().up()).hasSize(10);
        assertThat(objects.list("statistics/parts/")).isEmpty();
        assertThat(objects.list("statistics/wanted/")).isEmpty();
    }

    @Test
    void anExampleLeadsToTheLineOfItsDataset() {
        // Given
        DictionaryCheckpoint first = wanted("traced").getFirst();
        plan();

        // When
        advance(replica("one"));

        // Then
        for (String group : List.of("top", "interval-3", "silent")) {
            List<Example> examples = examples(statistics(first), group);
            assertThat(examples).isNotEmpty();
            for (Example example : examples) {
                assertThat(example.origin())
                        .isEqualTo(StoredRun.origin(example.context(), CONTEXTS));
            }
        }
        assertThat(examples(statistics(first), "top"))
                .extracting(example -> example.origin().isEmpty())
                .contains(true, false);
    }

    private static List<Example> examples(StoredStatistics statistics, String group) {
        return IntStream.range(0, statistics.latents())
                .boxed()
                .flatMap(latent -> statistics.examples(latent, ExampleGroup.parse(group)).stream())
                .toList();
    }

    @Test
    void nothingIsPlannedBeforeTheRunHasEnded() {
        // Given
        wanted("runs");
        objects.delete(ObjectKeys.runEnd("runs"));

        // When
        plan();

        // Then
        assertThat(new PlanStore(objects).plans()).isEmpty();
        assertThat(new PlanStore(objects).wanted()).hasSize(2);
        end("runs");
        plan();
        assertThat(new PlanStore(objects).plans()).hasSize(1);
    }

    /** A run that was given up in this state, with one final dictionary. */
    private DictionaryCheckpoint ended(String name, State state, int heldOut) {
        StoredRun run = new StoredRun(objects, name).storeSpec(CONTEXTS);
        run.storeHeldOut(heldOut);
        DictionaryCheckpoint checkpoint = run.saved("first", StoredRun.random(manager, false));
        new PlanStore(objects).want(checkpoint);
        objects.put(ObjectKeys.runEnd(name), new RunEnd(state, Optional.empty()).toJson());
        return checkpoint;
    }

    @Test
    void ofARunThatWasGivenUpTheStatisticsAreOverWhatWasHeldOutAndSaySo() {
        // Given
        DictionaryCheckpoint checkpoint = ended("cancelled", State.CANCELLED, 20);

        // When
        planner().planWanted();
        assertThat(advance(replica("one"))).isTrue();

        // Then
        StatisticsSummary summary = statistics(checkpoint).summary();
        assertThat(summary.contexts()).isEqualTo(20);
        assertThat(summary.tokens() + summary.uncountedTokens())
                .isEqualTo(20L * StoredRun.CONTEXT_LENGTH);
        assertThat(summary.warning().orElseThrow())
                .startsWith(
                        "the run was given up before all was held out: expected=44 contexts,"
                                + " found=20; few tokens");
        assertThat(new PlanStore(objects).wanted()).isEmpty();
    }

    @Test
    void whatMayBeResumedStaysWantedUntilAllIsHeldOut() {
        // Given
        ended("failed", State.FAILED, 20);

        // When
        planner().planWanted();

        // Then
        assertThat(new PlanStore(objects).plans()).isEmpty();
        assertThat(new PlanStore(objects).wanted()).hasSize(1);
        new StoredRun(objects, "failed").storeHeldOut(CONTEXTS).completeHeldOut(CONTEXTS);
        planner().planWanted();
        assertThat(new PlanStore(objects).plans())
                .singleElement()
                .satisfies(plan -> assertThat(plan.shortfall()).isEmpty());
    }

    @Test
    void whereNothingWasHeldOutTheReasonIsKeptAndOtherRunsArePlanned() {
        // Given
        DictionaryCheckpoint checkpoint = ended("a-nothing", State.CANCELLED, 0);
        wanted("b-whole");

        // When
        planner().planWanted();

        // Then
        assertThat(new PlanStore(objects).failure(checkpoint, "held-out").orElseThrow().reason())
                .isEqualTo("held-out contexts missing: expected=44, found=0, run=a-nothing");
        assertThat(new PlanStore(objects).plans()).hasSize(1);
        assertThat(new PlanStore(objects).wanted()).isEmpty();
    }

    @Test
    void aPlanOfAnEarlierVersionKeepsItsName() {
        // Given: it was stored before plans had a shortfall
        wanted("earlier");
        plan();
        StatisticsPlan plan = new PlanStore(objects).plans().getFirst();

        // When
        String json = new String(Json.write(plan), StandardCharsets.UTF_8);

        // Then
        assertThat(json).doesNotContain("shortfall");
        assertThat(Json.read(json.getBytes(StandardCharsets.UTF_8), StatisticsPlan.class).digest())
                .isEqualTo(plan.digest());
    }

    @Test
    void theDictionariesOfARunThatHasEndedAreToBeComparedEachWithEach() {
        // Given
        List<DictionaryCheckpoint> checkpoints = wanted("compared");
        objects.delete(ObjectKeys.runEnd("compared"));
        NearestWork nearest = nearest();
        planner().planWanted();
        assertThat(nearest.wanted()).isEmpty();

        // When
        end("compared");
        planner().planWanted();

        // Then
        assertThat(nearest.wanted())
                .singleElement()
                .satisfies(
                        pair -> {
                            assertThat(pair.first().dictionary())
                                    .isEqualTo(checkpoints.getFirst().dictionary());
                            assertThat(pair.second().dictionary())
                                    .isEqualTo(checkpoints.getLast().dictionary());
                        });
    }

    @Test
    void whereTheSpecWantsNoStatisticsPairsAreComparedWhenAskedForAlone() {
        // Given
        wanted("without");
        new StoredRun(objects, "without").storeSpec(0);

        // When
        planner().planWanted();

        // Then
        assertThat(new PlanStore(objects).wanted()).isEmpty();
        assertThat(new PlanStore(objects).plans()).isEmpty();
        assertThat(nearest().wanted()).isEmpty();
        planner().planPairs("without");
        assertThat(nearest().wanted()).hasSize(1);
    }

    @Test
    void aConfigThatCannotBeReadFailsItsDictionaryAlone() {
        // Given
        List<DictionaryCheckpoint> checkpoints = wanted("unreadable");
        DictionaryCheckpoint broken = checkpoints.getFirst();
        objects.put(broken.prefix() + "config.json", new byte[] {'{'});

        // When
        planner().planWanted();

        // Then
        PlanStore plans = new PlanStore(objects);
        assertThat(plans.failure(broken, "held-out").orElseThrow().reason())
                .contains(broken.prefix() + "config.json");
        assertThat(plans.plans())
                .singleElement()
                .satisfies(
                        plan ->
                                assertThat(plan.dictionaries())
                                        .containsExactly(checkpoints.getLast()));
        assertThat(plans.wanted()).isEmpty();
        assertThat(advance(replica("one"))).isTrue();
        assertThat(statistics(checkpoints.getLast()).latents()).isEqualTo(32);
    }

    @Test
    void aConfigThatIsGoneOnceItIsPlannedFailsItsDictionaryAlone() {
        // Given
        List<DictionaryCheckpoint> checkpoints = wanted("gone");
        plan();
        objects.delete(checkpoints.getFirst().prefix() + "config.json");

        // When
        assertThat(advance(replica("one"))).isTrue();

        // Then
        assertThat(new PlanStore(objects).failure(checkpoints.getFirst(), "held-out")).isPresent();
        assertThat(statistics(checkpoints.getLast()).latents()).isEqualTo(32);
    }

    private NearestWork nearest() {
        NearestStore store = new NearestStore(objects);
        return new NearestWork(
                new DictionaryStore(objects), store, store.claims("one", CLAIM, () -> now));
    }

    /** Calls back before each object that is stored. */
    private ObjectStore before(Consumer<String> put) {
        return before(Set.of("put"), put);
    }

    /** Calls back before each call of some methods, with the key. */
    private ObjectStore before(Set<String> methods, Consumer<String> call) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        StatisticsStageTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            if (methods.contains(method.getName())) {
                                call.accept((String) arguments[0]);
                            }
                            try {
                                return method.invoke(objects, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void whatCannotBeStoredAtFirstIsStoredAgain() {
        // Given
        DictionaryCheckpoint checkpoint = wanted("flaky").getFirst();
        plan();
        Set<String> failed = new HashSet<>();
        Duration pause = Duration.ofNanos(1);
        ObjectStore patient =
                RetryingObjectStore.wrap(
                        before(key -> failOnce(key, failed)),
                        new RetryPolicy(pause, pause, Duration.ofMinutes(1)));

        // When
        boolean done = advance(replica("patient", patient));

        // Then
        assertThat(done).isTrue();
        assertThat(failed)
                .anyMatch(key -> key.endsWith("/a-00001"))
                .anyMatch(key -> key.endsWith(".jsonl"));
        assertThat(statistics(checkpoint).latents(0, 1, Map.of())).hasSize(1);
    }

    private static void failOnce(String key, Set<String> failed) {
        if (failed.add(key)) {
            throw new RetryableObjectStoreException("generated failure: key=" + key, null);
        }
    }

    @Test
    void threeReplicasOfWhichOneIsKilledMakeTheSameBytesAsOne() {
        // Given
        wanted("same");
        plan();
        advance(replica("alone"));
        Map<String, String> alone = results("same");
        objects.list(ObjectKeys.dictionaries("same"))
                .map(ObjectStat::key)
                .filter(key -> key.contains("statistics."))
                .toList()
                .forEach(objects::delete);
        wanted("same");
        plan();

        // When: one dies, holding a claim, another does what it can, a third takes over in the end
        StatisticsStage killed =
                replica(
                        "killed",
                        before(
                                key -> {
                                    if (key.endsWith("/a-00001")) {
                                        throw new Killed();
                                    }
                                }));
        assertThatThrownBy(() -> advance(killed)).isInstanceOf(Killed.class);
        String claims = "statistics/parts/%s/claims/".formatted(digest());
        objects.put(
                claims + "a-00001",
                "{\"owner\":\"killed\",\"untilMillis\":60000}".getBytes(StandardCharsets.UTF_8));
        assertThat(advance(replica("second"))).isFalse();
        now = now.plus(CLAIM);
        assertThat(advance(replica("third"))).isTrue();

        // Then
        assertThat(alone).hasSize(6);
        assertThat(results("same")).isEqualTo(alone);
    }

    @Test
    void aReplicaThatWaitsForOthersLoadsNothing() {
        // Given: another replica has claimed all shards
        wanted("waits");
        plan();
        StatisticsPlan plan = new PlanStore(objects).plans().getFirst();
        WorkClaims others = new PlanStore(objects).claims(plan, "busy", CLAIM, () -> now);
        Unit.of(plan, Unit.Kind.COUNT).forEach(unit -> others.claim(unit.text()));
        List<String> read = new ArrayList<>();
        StatisticsStage waiting = replica("waiting", before(Set.of("get", "bytes"), read::add));

        // When
        boolean done = waiting.advance(plan);

        // Then: nothing but claims was read
        assertThat(done).isFalse();
        assertThat(modelLoads).isZero();
        assertThat(read).hasSize(plan.shards()).allMatch(key -> key.contains("/claims/a-"));

        // When: these claims have ended
        now = now.plus(CLAIM);
        assertThat(waiting.advance(plan)).isTrue();

        // Then
        assertThat(modelLoads).isOne();
        assertThat(read).contains(plan.setting().contextsKey());
    }

    @Test
    void whatOthersHaveDoneIsRemovedWithoutLoadingAnything() {
        // Given: whoever did the last unit died before it removed the plan
        wanted("done");
        plan();
        StatisticsPlan plan = new PlanStore(objects).plans().getFirst();
        for (Unit.Kind kind : Unit.Kind.values()) {
            Unit.of(plan, kind)
                    .forEach(
                            unit ->
                                    objects.put(
                                            "statistics/parts/%s/%s"
                                                    .formatted(plan.digest(), unit.text()),
                                            new byte[0]));
        }

        // When
        boolean done = replica("next").advance(plan);

        // Then
        assertThat(done).isTrue();
        assertThat(modelLoads).isZero();
        assertThat(new PlanStore(objects).plans()).isEmpty();
    }

    @Test
    void aReplicaOutOfTurnStopsBetweenUnitsAndEndsWithTheSameBytes() {
        // Given
        wanted("turns");
        plan();
        StatisticsPlan plan = new PlanStore(objects).plans().getFirst();
        advance(replica("alone"));
        Map<String, String> alone = results("turns");
        alone.keySet().forEach(key -> objects.delete(ObjectKeys.dictionaries("turns") + key));
        new PlanStore(objects).create(plan);
        StatisticsStage replica = replica("one");

        // When: it may look, and begin two units
        turns = 3;
        assertThat(replica.advance(plan)).isFalse();
        int done = new PlanStore(objects).done(plan);
        modelLoads = 0;
        assertThat(replica.advance(plan)).isFalse();

        // Then
        assertThat(done).isEqualTo(2);
        assertThat(new PlanStore(objects).done(plan)).isEqualTo(2);
        assertThat(modelLoads).isZero();
        turns = Integer.MAX_VALUE;
        assertThat(replica.advance(plan)).isTrue();
        assertThat(results("turns")).isEqualTo(alone);
    }

    @Test
    void whatAReplicaGivesAfterThePlanWasDoneIsNotLeftBehind() {
        // Given: the last unit is done twice, and another replica is faster
        wanted("late");
        plan();
        PlanStore plans = new PlanStore(objects);
        StatisticsPlan plan = plans.plans().getFirst();
        String last = Unit.of(plan, Unit.Kind.FINISH).getLast().text();
        StatisticsStage late =
                replica(
                        "late",
                        before(
                                key -> {
                                    if (key.endsWith(last)) {
                                        plans.remove(plan);
                                    }
                                }));

        // When
        late.advance(plan);

        // Then
        assertThat(objects.list("statistics/parts/")).isEmpty();
    }

    @Test
    void whatIsKeptGoesWhenAnotherReplicaHasDoneThePlan() {
        // Given: one replica has counted, and keeps what it ran
        wanted("kept");
        plan();
        StatisticsStage first = replica("first");
        KeptLatents keptByFirst = kept.getLast();
        turns = 3;
        advance(first);
        turns = Integer.MAX_VALUE;
        first.forgetDone();
        Set<String> whileOpen = keptByFirst.prefixes();

        // When
        advance(replica("second"));
        first.forgetDone();

        // Then
        assertThat(whileOpen).hasSize(2);
        assertThat(keptByFirst.prefixes()).isEmpty();
    }

    private String digest() {
        return new PlanStore(objects).plans().getFirst().digest();
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void anInterruptedReplicaGivesItsUnitBack() {
        // Given
        wanted("interrupted");
        plan();
        StatisticsStage interrupted =
                replica(
                        "interrupted",
                        before(
                                key -> {
                                    if (key.endsWith("/a-00000")) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));

        // When
        assertThatThrownBy(() -> advance(interrupted))
                .isInstanceOf(EvaluationInterruptedException.class);

        // Then
        assertThat(Thread.interrupted()).isTrue();
        assertThat(advance(replica("next"))).isTrue();
    }

    @Test
    void aDictionaryThatCannotBeUsedDoesNotTouchTheOthers() {
        // Given
        StoredRun run = new StoredRun(objects, "mixed").storeSpec(CONTEXTS);
        run.storeHeldOut(CONTEXTS).completeHeldOut(CONTEXTS);
        DictionaryCheckpoint sound = run.saved("sound", StoredRun.random(manager, false));
        DictionaryCheckpoint broken = run.saved("wide", new IdentityDictionary(5));
        List.of(sound, broken).forEach(new PlanStore(objects)::want);
        end("mixed");
        plan();

        // When
        advance(replica("one"));

        // Then
        assertThat(statistics(sound).latents()).isEqualTo(32);
        assertThat(new PlanStore(objects).failure(broken, "held-out").orElseThrow().reason())
                .isEqualTo(
                        "activation width mismatch: expected=16, found=5, site=layers.0.mlp.out");
        assertThat(
                        new StatisticsStore(objects)
                                .find(broken.dictionary(), broken.step(), "held-out"))
                .isEmpty();
    }

    @Test
    void whatWasMadeOnceIsNotMadeAgain() {
        // Given
        List<DictionaryCheckpoint> checkpoints = wanted("once");
        planner().planWanted();
        advance(replica("one"));

        // When: the announcement comes again
        checkpoints.forEach(new PlanStore(objects)::want);
        planner().planWanted();

        // Then
        assertThat(new PlanStore(objects).plans()).isEmpty();
        assertThat(new PlanStore(objects).wanted()).isEmpty();
    }
}
