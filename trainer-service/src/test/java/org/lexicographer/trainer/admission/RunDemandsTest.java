package org.lexicographer.trainer.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobDivision.Demands;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;
import org.lexicographer.trainer.ownership.RunDemand;

class RunDemandsTest {

    private static final JobId JOB = new JobId("run", RunSpecs.SITE);

    private final InMemoryObjectStore stored = new InMemoryObjectStore("lexicographer");
    private boolean away;
    private final ObjectStore objects =
            (ObjectStore)
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {ObjectStore.class},
                            (proxy, method, arguments) -> {
                                if (away) {
                                    throw new RetryableObjectStoreException("away", null);
                                }
                                try {
                                    return method.invoke(stored, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
    private final ShortMemory marks = new ShortMemory(objects, 3);
    private final RunDemands demands = new RunDemands(objects, marks, Memories.each(7));

    @AfterEach
    void close() {
        demands.close();
    }

    private RunSpec store(String run) {
        RunSpec spec = RunSpecs.of(run, 12);
        stored.put(ObjectKeys.runSpec(run), spec.toJson());
        return spec;
    }

    private Demands find(String... runs) {
        return demands.of(Set.of(runs), Set.of());
    }

    @Test
    void aRunThatHasNotEndedWantsOwnersForItsJobs() {
        store("run");
        assertThat(find("run").runs())
                .singleElement()
                .satisfies(
                        run ->
                                assertThat(run.jobs())
                                        .isEqualTo(
                                                Map.of(
                                                        RunSpecs.SITE,
                                                        JobNeed.anywhere(Memories.amount(7)))));
    }

    @Test
    void runsStandInTheOrderInWhichTheyJoined() {
        store("ape");
        store("zebra");
        demands.join("zebra");
        demands.join("ape");
        Map<Boolean, Long> places =
                Map.of(
                        true, place(find("ape", "zebra"), "zebra"),
                        false, place(find("ape", "zebra"), "ape"));
        assertThat(places.get(true)).isLessThan(places.get(false));
    }

    private static long place(Demands found, String name) {
        return found.runs().stream()
                .filter(run -> run.run().equals(name))
                .mapToLong(RunDemand::place)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatHasEndedOrIsNoRunWantsNothing() {
        store("run");
        new StoredEnds(stored).record("run", new RunEnd(State.FAILED, Optional.of("why")));
        stored.put(ObjectKeys.runSpec("damaged"), "{}".getBytes(UTF_8));
        assertThat(find("run", "nobody", "damaged").runs()).isEmpty();
        assertThat(find("run", "nobody", "damaged").unknown()).isEmpty();

        new StoredEnds(stored).forget("run");
        assertThat(find("run").runs()).hasSize(1);
    }

    @Test
    void whileTheStoreIsAwayWhatWasKnownStaysAndTheRestIsUnknown() {
        store("run");
        store("new");
        find("run");
        away = true;
        Demands found = find("run", "new");
        assertThat(found.runs()).extracting(RunDemand::run).containsExactly("run");
        assertThat(found.unknown()).containsExactly("new");
    }

    @Test
    void oneDamagedRecordStopsNoOtherRun() {
        store("run");
        store("damaged");
        stored.put(ObjectKeys.runEnd("damaged"), "no JSON".getBytes(UTF_8));
        Demands found = find("run", "damaged");
        assertThat(found.runs()).extracting(RunDemand::run).containsExactly("run");
        assertThat(found.unknown()).containsExactly("damaged");
    }

    @Test
    void whatCannotBeReckonedIsTakenWithoutAndAskedForAgain() {
        store("run");
        try (RunDemands unreckoned = new RunDemands(objects, marks, spec -> Optional.empty())) {
            assertThat(unreckoned.of(Set.of("run"), Set.of()).runs())
                    .singleElement()
                    .satisfies(
                            run ->
                                    assertThat(run.needs(MemoryAmount.NONE))
                                            .isEqualTo(MemoryAmount.NONE));
        }
    }

    @Test
    void aMarkOfAJobThatIsAtWorkIsNoReasonToTryItAlone() {
        store("run");
        marks.isShort(JOB, true, 950, 1000);
        assertThat(demands.of(Set.of("run"), Set.of(JOB)).runs().getFirst().alone()).isFalse();
        assertThat(demands.of(Set.of("run"), Set.of()).runs().getFirst().alone()).isTrue();

        marks.tried(JOB, marks.find(JOB).orElseThrow());
        assertThat(demands.of(Set.of("run"), Set.of(JOB)).runs().getFirst().alone()).isTrue();
    }
}
