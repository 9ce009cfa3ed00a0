package org.lexicographer.eval.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.nearest.NearestStore;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.statistics.PlanStore;
import org.lexicographer.eval.statistics.StatisticsPlanner;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.text.StatisticsRequest;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.pipeline.stored.StatisticsPlan.Setting;

/** The run was given up with 20 held-out contexts of the 44 that its statistics are over. */
class StatisticsRequestsTest {

    private static final int HELD_OUT = 20;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final RunStore runs = new RunStore(objects);
    private final DictionaryStore dictionaries = new DictionaryStore(objects);
    private final StatisticsStore statistics = new StatisticsStore(objects);
    private final PlanStore plans = new PlanStore(objects);

    /** Plans alone are made: no model is loaded, and no other text is read. */
    private StatisticsRequests requests() {
        EvaluationStage stage =
                new EvaluationStage(
                        runs, dictionaries, new EvaluationStore(objects), null, null, 1);
        return new StatisticsRequests(runs, null, stage, statistics, planner(), plans);
    }

    private StatisticsPlanner planner() {
        return new StatisticsPlanner(
                runs, dictionaries, statistics, plans, new NearestStore(objects), 1 << 20);
    }

    private DictionaryCheckpoint givenUp() {
        StoredRun run = new StoredRun(objects, "demo").storeSpec(44).storeHeldOut(HELD_OUT);
        objects.put(
                ObjectKeys.runEnd("demo"), new RunEnd(State.CANCELLED, Optional.empty()).toJson());
        try (NDManager manager = NDManager.newBaseManager()) {
            return run.saved("first", StoredRun.random(manager, false));
        }
    }

    private static StatisticsRequest of(Optional<Integer> contexts) {
        return new StatisticsRequest(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), contexts);
    }

    private StatisticsPlan planned() {
        List<StatisticsPlan> all = plans.plans();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    void whatWasAskedForAndIsThereLacksNothing() {
        requests().plan(givenUp(), of(Optional.of(HELD_OUT)));

        assertThat(planned().setting().contexts()).isEqualTo(HELD_OUT);
        assertThat(planned().shortfall()).isEmpty();
    }

    @Test
    void withoutANumberItIsSaidWhatIsMissingOfWhatTheRunWanted() {
        requests().plan(givenUp(), of(Optional.empty()));

        assertThat(planned().setting().contexts()).isEqualTo(HELD_OUT);
        assertThat(planned().shortfall().orElseThrow()).endsWith("expected=44 contexts, found=20");
    }

    /** The dictionaries of the steps that it had ended with have theirs. */
    @Test
    void aRunThatGoesOnHasStatisticsOfItsLastStepOnceItHasEndedAgain() {
        // Given: a run that had ended, and goes on
        DictionaryCheckpoint first = givenUp();
        RunEnd end = new RunEnd(State.ENDED, Optional.empty()).after(StoredRun.STEPS);
        objects.put(ObjectKeys.runEnd("demo"), end.toJson());
        new StoredRun(objects, "demo").completeHeldOut(HELD_OUT);
        plannedByTheRun(first);
        made(first, planned());
        RunSpec longer = runs.spec("demo").orElseThrow().withSteps(2 * StoredRun.STEPS);
        objects.put(ObjectKeys.runSpec("demo"), longer.toJson());
        DictionaryCheckpoint last =
                new DictionaryCheckpoint(
                        first.dictionary(),
                        2L * StoredRun.STEPS,
                        2 * first.tokens(),
                        true,
                        ObjectKeys.dictionary(first.dictionary(), 2L * StoredRun.STEPS));
        objects.list(first.prefix())
                .map(ObjectStat::key)
                .filter(key -> !key.endsWith("summary.json"))
                .toList()
                .forEach(
                        key ->
                                objects.put(
                                        key.replace(first.prefix(), last.prefix()),
                                        objects.bytes(key)));

        // When
        plannedByTheRun(last);
        List<StatisticsPlan> whileItGoesOn = plans.plans();
        objects.put(ObjectKeys.runEnd("demo"), end.after(2 * StoredRun.STEPS).toJson());
        planner().planWanted();

        // Then
        assertThat(whileItGoesOn).isEmpty();
        assertThat(planned().dictionaries()).containsExactly(last);
        assertThat(planned().setting().contexts()).isEqualTo(HELD_OUT);
    }

    private void plannedByTheRun(DictionaryCheckpoint... wanted) {
        List.of(wanted).forEach(plans::want);
        planner().planWanted();
    }

    private void made(DictionaryCheckpoint checkpoint, StatisticsPlan plan) {
        Setting setting = plan.setting();
        StatisticsSummary summary =
                new StatisticsSummary(
                        checkpoint.dictionary(),
                        checkpoint.step(),
                        setting.text(),
                        setting.digest(StatisticsSummary.currentDefinitions()),
                        setting.contexts(),
                        setting.contextLength(),
                        0,
                        0,
                        0,
                        setting.seed(),
                        32,
                        0,
                        setting.contextsKey(),
                        StatisticsSummary.currentDefinitions(),
                        Optional.empty());
        objects.put(
                ObjectKeys.latentStatistics(
                                checkpoint.dictionary(), checkpoint.step(), setting.text())
                        + "summary.json",
                Json.write(summary));
        objects.list("statistics/plans/").map(ObjectStat::key).toList().forEach(objects::delete);
    }

    @Test
    void whatAUserAskedForIsNotReplacedByWhatTheRunWanted() {
        // Given
        DictionaryCheckpoint asked = givenUp();
        requests().plan(asked, of(Optional.of(12)));

        // When: its announcement comes again
        plannedByTheRun(asked);
        int whileItIsMade = planned().setting().contexts();
        made(asked, planned());
        DictionaryCheckpoint other =
                new StoredRun(objects, "demo").saved("other", new IdentityDictionary(16));
        plannedByTheRun(asked, other);

        // Then
        assertThat(whileItIsMade).isEqualTo(12);
        assertThat(planned().dictionaries()).containsExactly(other);
        assertThat(planned().setting().contexts()).isEqualTo(HELD_OUT);
        assertThat(plans.isWanted(asked)).isFalse();
    }
}
