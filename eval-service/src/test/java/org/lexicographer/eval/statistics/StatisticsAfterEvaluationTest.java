package org.lexicographer.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.stage.EvaluationProgress;
import org.lexicographer.eval.stage.EvaluationStage;
import org.lexicographer.eval.statistics.kept.KeptLatents;
import org.lexicographer.eval.statistics.kept.LatentKeeper;
import org.lexicographer.eval.statistics.kept.ReadText;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.LanguageModels;
import org.lexicographer.languagemodel.folder.ModelFolders;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.StatisticsPlan;

class StatisticsAfterEvaluationTest {

    /** Batches of 4 contexts of 16 tokens make shards of so many contexts. */
    private static final int SHARD = 1024;

    private static final int CONTEXTS = SHARD + 10;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final StoredRun run = new StoredRun(objects, "demo");
    private final NDManager manager = NDManager.newBaseManager();
    private final KeptLatents kept = new KeptLatents(Long.MAX_VALUE);
    private ModelFolders folders;
    private LanguageModels<LanguageModel> models;

    @BeforeEach
    void start(@TempDir Path cache) {
        folders = new ModelFolders(objects, cache, true);
        models = StoredRun.models(folders);
    }

    @AfterEach
    void stop() {
        kept.close();
        models.close();
        manager.close();
    }

    /** A run that has ended, with an autoencoder and a transcoder. */
    private List<DictionaryCheckpoint> ended(int evaluated) {
        run.storeSpec();
        ObjectNode spec = (ObjectNode) Json.toTree(run.spec());
        spec.withObject("/evaluation").put("contexts", evaluated);
        spec.withObject("/statistics").put("contexts", CONTEXTS);
        objects.put(ObjectKeys.runSpec("demo"), RunSpec.read(spec).toJson());
        run.storeHeldOut(CONTEXTS).completeHeldOut(CONTEXTS);
        objects.put(ObjectKeys.runEnd("demo"), new RunEnd(State.ENDED, Optional.empty()).toJson());
        return List.of(
                run.saved("own", StoredRun.random(manager, true)),
                run.saved(
                        "other",
                        StoredRun.random(manager, false),
                        StoredRun.MLP_IN,
                        StoredRun.MLP_OUT));
    }

    private void evaluate(List<DictionaryCheckpoint> checkpoints) {
        new EvaluationStage(
                        new RunStore(objects),
                        new DictionaryStore(objects),
                        new EvaluationStore(objects),
                        models,
                        new LatentKeeper(kept, folders),
                        1 << 20)
                .evaluateHeldOut(Set.copyOf(checkpoints), EvaluationProgress.NONE);
    }

    private StatisticsPlan plan(List<DictionaryCheckpoint> checkpoints) {
        PlanStore plans = new PlanStore(objects);
        checkpoints.forEach(plans::want);
        new StatisticsPlanner(
                        new RunStore(objects),
                        new DictionaryStore(objects),
                        new StatisticsStore(objects),
                        plans,
                        new NearestStore(objects),
                        1 << 20)
                .planWanted();
        return plans.plans().getFirst();
    }

    /** Makes statistics with what was kept, and returns their bytes by key. */
    private Map<String, String> made(StatisticsPlan plan, KeptLatents withKept) {
        StatisticsStage stage =
                new StatisticsStage(
                        new RunStore(objects),
                        new DictionaryStore(objects),
                        new StatisticsStore(objects),
                        new PlanStore(objects),
                        models,
                        folders,
                        withKept,
                        new StatisticsStage.Claiming(
                                "one", Duration.ofHours(1), InstantSource.system(), () -> true));
        assertThat(stage.advance(plan)).isTrue();
        stage.forgetDone();
        return objects.list(ObjectKeys.dictionaries("demo"))
                .map(ObjectStat::key)
                .filter(key -> key.contains("statistics."))
                .collect(
                        Collectors.toMap(
                                Function.identity(),
                                key ->
                                        new String(
                                                objects.bytes(key), StandardCharsets.ISO_8859_1)));
    }

    private boolean isKept(StatisticsPlan plan, int shard) {
        try (LanguageModels.Lease<LanguageModel> lease =
                models.lease(plan.setting().languageModel(), ComputeType.FLOAT32)) {
            ReadText text =
                    new ReadText(
                            lease.content(),
                            StoredRun.contexts(CONTEXTS),
                            plan.setting().batchContexts(),
                            Set.of(0));
            return plan.dictionaries().stream()
                    .allMatch(
                            checkpoint ->
                                    kept.has(
                                            new KeptLatents.Key(
                                                    "demo",
                                                    checkpoint.prefix(),
                                                    text.part(
                                                            plan.first(shard), plan.end(shard)))));
        }
    }

    @Test
    void onceStatisticsWereRemovedOnlyThoseThatAreWantedAreMade() {
        List<DictionaryCheckpoint> checkpoints = ended(CONTEXTS);
        objects.put(
                ObjectKeys.removal("demo", StatisticsRetention.PART),
                new Removal(StatisticsRetention.PART, Instant.EPOCH, 6, 18).toJson());

        assertThat(plan(checkpoints.subList(0, 1)).dictionaries())
                .containsExactly(checkpoints.getFirst());
    }

    @Test
    void statisticsAreTheSameBytesWhetherTheirShardsWereEvaluatedBeforeOrNot() {
        // Given
        List<DictionaryCheckpoint> checkpoints = ended(CONTEXTS);
        Map<String, String> alone;
        try (KeptLatents nothing = new KeptLatents(0)) {
            alone = made(plan(checkpoints), nothing);
        }
        alone.keySet().forEach(objects::delete);

        // When
        evaluate(checkpoints);
        StatisticsPlan plan = plan(checkpoints);

        // Then
        assertThat(plan.shards()).isEqualTo(2);
        assertThat(isKept(plan, 0)).isTrue();
        assertThat(isKept(plan, 1)).isTrue();
        assertThat(made(plan, kept)).hasSize(6).isEqualTo(alone);
        assertThat(isKept(plan, 0)).isFalse();
    }

    @Test
    void whatWasNotEvaluatedAsAWholeIsRunForStatistics() {
        // Given
        List<DictionaryCheckpoint> checkpoints = ended(SHARD + 4);
        Map<String, String> alone;
        try (KeptLatents nothing = new KeptLatents(0)) {
            alone = made(plan(checkpoints), nothing);
        }
        alone.keySet().forEach(objects::delete);

        // When
        evaluate(checkpoints);
        StatisticsPlan plan = plan(checkpoints);

        // Then
        assertThat(isKept(plan, 0)).isTrue();
        assertThat(isKept(plan, 1)).isFalse();
        assertThat(made(plan, kept)).isEqualTo(alone);
    }

    @Test
    void whatHasNoStatisticsIsNotKept() {
        // Given: a checkpoint that is not the last one
        DictionaryCheckpoint last = ended(CONTEXTS).getFirst();
        DictionaryCheckpoint earlier =
                new DictionaryCheckpoint(
                        last.dictionary(), last.step(), last.tokens(), false, last.prefix());

        // When
        evaluate(List.of(earlier));

        // Then
        assertThat(isKept(plan(List.of(last)), 0)).isFalse();
    }
}
