package org.lexicographer.trainer.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

class MemoryPackingTest {

    private static final int SEEDS = 300;

    private static MemoryAmount bytes(long bytes) {
        return new MemoryAmount(bytes, bytes);
    }

    private static Site site(int layer) {
        return Site.parse("layers.%d.mlp.out".formatted(layer));
    }

    private static RunDemand run(String name, long place, long... needs) {
        return run(name, place, false, needs);
    }

    private static RunDemand run(String name, long place, boolean alone, long... needs) {
        Map<Site, JobNeed> jobs = new TreeMap<>();
        for (int layer = 0; layer < needs.length; layer++) {
            jobs.put(site(layer), JobNeed.anywhere(bytes(needs[layer])));
        }
        return new RunDemand(name, place, alone, jobs);
    }

    private static Map<String, MemoryAmount> members(long... budgets) {
        Map<String, MemoryAmount> members = new TreeMap<>();
        for (int i = 0; i < budgets.length; i++) {
            members.put("member-" + i, bytes(budgets[i]));
        }
        return members;
    }

    private static List<String> waiting(Plan plan) {
        return plan.waiting().stream().map(it -> it.run().run()).toList();
    }

    private static Map<String, MemoryAmount> taken(
            Plan plan, List<RunDemand> runs, Map<String, MemoryAmount> budgets) {
        Map<String, MemoryAmount> taken = new HashMap<>();
        for (RunDemand run : runs) {
            run.jobs()
                    .forEach(
                            (site, need) -> {
                                String owner = plan.owners().get(new JobId(run.run(), site));
                                if (owner != null) {
                                    taken.merge(
                                            owner, need.in(budgets.get(owner)), MemoryAmount::plus);
                                }
                            });
        }
        return taken;
    }

    @Test
    void aRunIsTakenAsAWholeOrNotAtAll() {
        // Given: room for five of six sites
        RunDemand sites = run("sites", 1, 2, 2, 2, 2, 2, 2);

        // When
        Plan tooSmall = MemoryPacking.plan(members(6, 4), Map.of(), List.of(sites));
        Plan enough = MemoryPacking.plan(members(6, 6), Map.of(), List.of(sites));

        // Then
        assertThat(tooSmall.owners()).isEmpty();
        assertThat(tooSmall.waiting())
                .containsExactly(
                        new Plan.Waiting(sites, bytes(10), bytes(10), 2, Plan.Lack.REPLICAS));
        assertThat(enough.owners()).hasSize(6);
        assertThat(enough.waiting()).isEmpty();
    }

    @Test
    void whoCameFirstIsServedFirstAndTheOtherWaitsItsTurn() {
        RunDemand older = run("zebra", 1, 3);
        RunDemand younger = run("ape", 2, 3);

        Plan plan = MemoryPacking.plan(members(4), Map.of(), List.of(younger, older));

        assertThat(plan.owners()).containsOnlyKeys(new JobId("zebra", site(0)));
        assertThat(plan.waiting())
                .containsExactly(new Plan.Waiting(younger, bytes(1), bytes(4), 1, Plan.Lack.TURN));
    }

    @Test
    void aSmallRunGoesAheadOfALargeOneThatHasNoRoom() {
        List<RunDemand> runs = List.of(run("first", 1, 3), run("large", 2, 3), run("small", 3, 1));

        Plan plan = MemoryPacking.plan(members(4), Map.of(), runs);

        assertThat(waiting(plan)).containsExactly("large");
        assertThat(plan.owners()).containsKey(new JobId("small", site(0)));
    }

    @Test
    void whoWentAheadGivesUpWhatAnOlderRunCanUse() {
        // Given: the large run waited, and the small one went ahead
        List<RunDemand> runs = List.of(run("large", 2, 4), run("small", 3, 1));
        Map<JobId, String> owners = Map.of(new JobId("small", site(0)), "member-0");

        // When the first run has ended
        Plan plan = MemoryPacking.plan(members(4), owners, runs);

        // Then
        assertThat(waiting(plan)).containsExactly("small");
        assertThat(plan.owners()).containsOnlyKeys(new JobId("large", site(0)));
    }

    @Test
    void jobsStayWhereTheyAreAndNewOnesGoWhereNobodyHasToLeave() {
        List<RunDemand> runs = List.of(run("old", 1, 3), run("young", 2, 3));
        Map<JobId, String> owners = Map.of(new JobId("young", site(0)), "member-0");

        Plan plan = MemoryPacking.plan(members(4, 4), owners, runs);

        assertThat(plan.owners())
                .containsEntry(new JobId("young", site(0)), "member-0")
                .containsEntry(new JobId("old", site(0)), "member-1");
    }

    @Test
    void jobsMoveWhereThatLetsARunIn() {
        // Given: two of three bytes are free, one on each member
        RunDemand spread = run("spread", 1, 1, 1);
        RunDemand large = run("large", 2, 2);
        Map<JobId, String> owners =
                Map.of(
                        new JobId("spread", site(0)), "member-0",
                        new JobId("spread", site(1)), "member-1");

        // When
        Plan plan = MemoryPacking.plan(members(2, 2), owners, List.of(spread, large));

        // Then: the older run is not moved for it, and the younger waits
        assertThat(plan.owners()).containsAllEntriesOf(owners);
        assertThat(waiting(plan)).containsExactly("large");
    }

    private static RunDemand onGpu(String name, long place, JobNeed need) {
        return new RunDemand(name, place, false, Map.of(site(0), need));
    }

    @Test
    void theThirdOfThreeJobsOnOneGpuWaits() {
        // Given: room for all beside the GPU, and for two on it
        JobNeed need = new JobNeed(bytes(5), bytes(1).withDevice(4));
        MemoryAmount gpu = bytes(100).withDevice(11);
        List<RunDemand> runs =
                List.of(onGpu("a", 1, need), onGpu("b", 2, need), onGpu("c", 3, need));

        // When
        Plan plan = MemoryPacking.plan(Map.of("gpu", gpu), Map.of(), runs);

        // Then
        assertThat(plan.owners()).hasSize(2);
        assertThat(plan.waiting())
                .containsExactly(
                        new Plan.Waiting(
                                runs.getLast(), bytes(98).withDevice(3), gpu, 1, Plan.Lack.TURN));
    }

    @Test
    void aJobNeedsOfEachReplicaWhatItTakesThere() {
        // Given: a CPU that is too small for a job's weights, and a GPU that has them beside it
        JobNeed need = new JobNeed(bytes(5), bytes(1).withDevice(4));
        Map<String, MemoryAmount> mixed =
                Map.of("cpu", bytes(4), "gpu", bytes(1).withDevice(4), "large", bytes(5));
        List<RunDemand> runs =
                List.of(onGpu("a", 1, need), onGpu("b", 2, need), onGpu("c", 3, need));

        // When
        Plan plan = MemoryPacking.plan(mixed, Map.of(), runs);

        // Then
        assertThat(plan.owners().values()).containsExactlyInAnyOrder("gpu", "large");
        assertThat(waiting(plan)).containsExactly("c");
    }

    @Test
    void aJobThatIsLargerThanAnyGpuWaitsForALargerReplica() {
        JobNeed need = new JobNeed(bytes(5), bytes(1).withDevice(40));
        Plan plan =
                MemoryPacking.plan(
                        Map.of("gpu", bytes(100).withDevice(11)),
                        Map.of(),
                        List.of(onGpu("a", 1, need)));
        assertThat(plan.waiting())
                .extracting(Plan.Waiting::lack)
                .containsExactly(Plan.Lack.LARGER_REPLICA);
    }

    @Test
    void memoryOnTheHeapIsNoneBesideIt() {
        RunDemand run =
                new RunDemand(
                        "run", 1, false, Map.of(site(0), JobNeed.anywhere(new MemoryAmount(1, 3))));

        Plan plan =
                MemoryPacking.plan(
                        Map.of("member", new MemoryAmount(9, 2)), Map.of(), List.of(run));

        assertThat(plan.waiting())
                .singleElement()
                .matches(waiting -> waiting.lack() == Plan.Lack.LARGER_REPLICA);
    }

    @Test
    void aRunThatIsTriedAloneComesFirstAndHasItsMembersToItself() {
        RunDemand older = run("older", 1, 1);
        RunDemand killed = run("killed", 2, true, 1, 1);
        RunDemand younger = run("younger", 3, 1);
        Map<JobId, String> owners = Map.of(new JobId("older", site(0)), "member-0");

        Plan onOne = MemoryPacking.plan(members(9), owners, List.of(older, killed, younger));
        Plan onThree =
                MemoryPacking.plan(members(9, 9, 9), owners, List.of(older, killed, younger));

        assertThat(waiting(onOne)).containsExactly("older", "younger");
        assertThat(onThree.waiting()).isEmpty();
        assertThat(onThree.owners()).containsAllEntriesOf(owners);
        Set<String> ofKilled =
                Set.of(
                        onThree.owners().get(new JobId("killed", site(0))),
                        onThree.owners().get(new JobId("killed", site(1))));
        assertThat(ofKilled)
                .doesNotContain("member-0", onThree.owners().get(new JobId("younger", site(0))));
    }

    /** A group and what is asked of it, at random. */
    private record Given(
            Map<String, MemoryAmount> budgets, Map<JobId, String> owners, List<RunDemand> runs) {

        static Given of(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, MemoryAmount> budgets =
                    members(random.longs(1 + random.nextInt(4), 0, 20).toArray());
            List<RunDemand> runs = new ArrayList<>();
            for (int i = 0; i < random.nextInt(12); i++) {
                long[] needs = random.longs(1 + random.nextInt(4), 0, 8).toArray();
                runs.add(run("run-" + i, random.nextInt(6), random.nextInt(8) == 0, needs));
            }
            // Whoever owns what now need not have room for it, or be there any more.
            List<String> names = new ArrayList<>(budgets.keySet());
            names.add("gone");
            Map<JobId, String> owners = new HashMap<>();
            for (RunDemand run : runs) {
                for (Site site : run.jobs().keySet()) {
                    if (random.nextInt(2) == 0) {
                        String owner = names.get(random.nextInt(names.size()));
                        owners.put(new JobId(run.run(), site), owner);
                    }
                }
            }
            return new Given(budgets, owners, runs);
        }

        /** Returns the same where some members have GPUs. */
        Given withGpus(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, MemoryAmount> mixed = new TreeMap<>(budgets);
            mixed.replaceAll((member, it) -> it.withDevice(random.nextInt(3) * 10));
            List<RunDemand> onBoth = runs.stream().map(run -> onDevices(run, random)).toList();
            return new Given(mixed, owners, onBoth);
        }

        /** On a GPU jobs need more or less than on a CPU, and some of its memory. */
        private static RunDemand onDevices(RunDemand run, SplittableRandom random) {
            Map<Site, JobNeed> jobs = new TreeMap<>();
            run.jobs()
                    .forEach(
                            (site, need) -> {
                                long beside = random.nextInt(8);
                                long device = 1 + random.nextInt(8);
                                jobs.put(
                                        site,
                                        new JobNeed(
                                                need.onCpu(), bytes(beside).withDevice(device)));
                            });
            return new RunDemand(run.run(), run.place(), run.alone(), jobs);
        }

        Plan plan() {
            return MemoryPacking.plan(budgets, owners, runs);
        }
    }

    static Stream<Long> seeds() {
        return IntStream.range(0, SEEDS).mapToObj(Long::valueOf);
    }

    static Stream<Given> groups() {
        return seeds().flatMap(seed -> Stream.of(Given.of(seed), Given.of(seed).withGpus(seed)));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void noMemberHasMoreThanItPromisesAndNoRunIsTakenInPart(Given given) {
        Plan plan = given.plan();

        assertThat(taken(plan, given.runs(), given.budgets()))
                .allSatisfy(
                        (member, amount) ->
                                assertThat(amount.fitsInto(given.budgets().get(member))).isTrue());
        Set<String> waiting = new HashSet<>(waiting(plan));
        for (RunDemand run : given.runs()) {
            long owned =
                    run.jobs().keySet().stream()
                            .filter(s -> plan.owners().containsKey(new JobId(run.run(), s)))
                            .count();
            assertThat(owned).isEqualTo(waiting.contains(run.run()) ? 0 : run.jobs().size());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noRunWaitsForYoungerOnes(long seed) {
        Given given = Given.of(seed);
        List<RunDemand> line = given.runs().stream().sorted(RunDemand.ORDER).toList();
        Plan plan = given.plan();
        Set<String> waiting = new HashSet<>(waiting(plan));

        // Whether a run waits is the same without all who stand behind it.
        for (int i = 0; i < line.size(); i++) {
            List<RunDemand> front = line.subList(0, i + 1);
            Set<String> inFront = front.stream().map(RunDemand::run).collect(Collectors.toSet());
            Map<JobId, String> places = new HashMap<>(plan.owners());
            places.keySet().removeIf(job -> !inFront.contains(job.run()));
            Plan without = MemoryPacking.plan(given.budgets(), places, front);
            assertThat(waiting(without))
                    .isSubsetOf(waiting)
                    .hasSize((int) inFront.stream().filter(waiting::contains).count());
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void theFirstRunThatFitsAtAllIsAtWorkSoThatSomethingAlwaysEnds(Given given) {
        List<RunDemand> runs = new ArrayList<>(given.runs());
        Map<JobId, String> owners = given.owners();

        // Whatever is at work ends some time; no run is left but those that never fit.
        while (true) {
            Plan plan = MemoryPacking.plan(given.budgets(), owners, runs);
            Set<String> waiting = new HashSet<>(waiting(plan));
            owners = plan.owners();
            if (waiting.size() == runs.size()) {
                assertThat(plan.waiting()).noneMatch(it -> it.lack() == Plan.Lack.TURN);
                return;
            }
            runs.removeIf(run -> !waiting.contains(run.run()));
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void whatComesOutComesOutAgain(Given given) {
        Plan plan = given.plan();

        assertThat(MemoryPacking.plan(given.budgets(), plan.owners(), given.runs()))
                .isEqualTo(plan);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void withRoomForAllTheNumbersOfJobsDifferByOneAtMost(long seed) {
        Given given = Given.of(seed);
        Map<String, MemoryAmount> budgets = new TreeMap<>();
        given.budgets().keySet().forEach(member -> budgets.put(member, bytes(1_000_000)));
        List<RunDemand> runs =
                given.runs().stream()
                        .map(run -> new RunDemand(run.run(), run.place(), false, run.jobs()))
                        .toList();

        Plan plan = MemoryPacking.plan(budgets, given.owners(), runs);

        assertThat(plan.waiting()).isEmpty();
        List<Long> counts =
                budgets.keySet().stream()
                        .map(
                                member ->
                                        plan.owners().values().stream()
                                                .filter(member::equals)
                                                .count())
                        .sorted()
                        .toList();
        assertThat(counts.getLast() - counts.getFirst()).isLessThanOrEqualTo(1);
    }
}
