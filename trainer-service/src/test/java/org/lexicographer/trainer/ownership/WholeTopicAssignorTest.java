package org.lexicographer.trainer.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.stream.Installation;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

class WholeTopicAssignorTest {

    private static final int PARTITIONS = 3;

    /** Topics of an assignor have the names that the brokers know. */
    private static final Installation INSTALLATION = new Installation("blue.");

    private static final Site SITE = Site.parse("layers.0.mlp.out");
    private static final MemoryAmount ON_CPU = new MemoryAmount(9, 9);
    private static final MemoryAmount ON_GPU = new MemoryAmount(9, 9, 9);
    private static final JobNeed ONE = JobNeed.anywhere(new MemoryAmount(1, 1));

    private final List<String> topics =
            new ArrayList<>(List.of(topic("a"), topic("b"), topic("c"), topic("d")));
    private final Map<String, Long> budgets = new TreeMap<>();
    private final Set<String> ended = new TreeSet<>();
    private final Set<String> unknown = new TreeSet<>();
    private final List<Plan> plans = new ArrayList<>();
    private final Map<String, Set<String>> owned = new TreeMap<>();
    private int generation = 1;

    private static String topic(String run) {
        return INSTALLATION.atBrokers("activation-blocks." + run + ".layers.0.mlp.out");
    }

    /** Every job needs one byte, and runs are in the order of their names. */
    private final class Line implements JobDivision {

        @Override
        public MemoryAmount budget() {
            return MemoryAmount.NONE;
        }

        @Override
        public Demands demands(Set<String> runs, Set<JobId> owned) {
            return new Demands(
                    runs.stream()
                            .filter(run -> !ended.contains(run) && !unknown.contains(run))
                            .map(run -> new RunDemand(run, 0, false, Map.of(SITE, ONE)))
                            .toList(),
                    unknown);
        }

        @Override
        public void planned(Plan plan) {
            plans.add(plan);
        }

        @Override
        public void follows() {}
    }

    private WholeTopicAssignor assignor() {
        WholeTopicAssignor assignor = new WholeTopicAssignor();
        assignor.configure(
                Map.of(
                        WholeTopicAssignor.ROUND,
                        new WholeTopicAssignor.Round(new Line(), INSTALLATION)));
        return assignor;
    }

    private ByteBuffer offer(String member) {
        return Optional.ofNullable(budgets.get(member))
                .map(bytes -> new ReplicaOffer(new MemoryAmount(bytes, bytes), 0).write())
                .orElse(null);
    }

    private static List<TopicPartition> partitions(Set<String> topics) {
        return topics.stream()
                .flatMap(
                        topic ->
                                IntStream.range(0, PARTITIONS)
                                        .mapToObj(p -> new TopicPartition(topic, p)))
                .toList();
    }

    private Cluster cluster() {
        List<PartitionInfo> infos =
                partitions(new TreeSet<>(topics)).stream()
                        .map(p -> new PartitionInfo(p.topic(), p.partition(), null, null, null))
                        .toList();
        return new Cluster("id", List.<Node>of(), infos, Set.of(), Set.of());
    }

    /** One round of the group protocol; what a member got is what it owns in the next round. */
    private Map<String, Set<String>> rebalance(String... members) {
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (String member : members) {
            Set<String> had = owned.getOrDefault(member, Set.of());
            subscriptions.put(
                    member,
                    new Subscription(
                            topics, offer(member), partitions(had), generation, Optional.empty()));
        }
        Map<String, Set<String>> result = new TreeMap<>();
        assignor()
                .assign(cluster(), new GroupSubscription(subscriptions))
                .groupAssignment()
                .forEach((member, got) -> result.put(member, wholeTopics(got.partitions())));
        owned.clear();
        owned.putAll(result);
        generation++;
        return result;
    }

    private static Set<String> wholeTopics(List<TopicPartition> partitions) {
        Map<String, Integer> counts = new TreeMap<>();
        partitions.forEach(p -> counts.merge(p.topic(), 1, Integer::sum));
        assertThat(counts.values()).allMatch(count -> count == PARTITIONS);
        return counts.keySet();
    }

    @Test
    void givesEveryTopicToOneMember() {
        Map<String, Set<String>> result = rebalance("x", "y");

        assertThat(result.get("x")).hasSize(2);
        assertThat(result.get("y")).hasSize(2).doesNotContainAnyElementsOf(result.get("x"));
    }

    @Test
    void leavesTopicsWithTheirOwners() {
        Map<String, Set<String>> before = rebalance("x", "y");
        topics.add(topic("e"));
        Map<String, Set<String>> after = rebalance("x", "y");

        assertThat(after.get("x")).containsAll(before.get("x"));
        assertThat(after.get("y")).containsAll(before.get("y"));
    }

    @Test
    void givesAMovingTopicToNobodyFirst() {
        rebalance("x");
        Map<String, Set<String>> first = rebalance("x", "y");
        assertThat(first.get("x")).hasSize(2);
        assertThat(first.get("y")).isEmpty();

        Map<String, Set<String>> second = rebalance("x", "y");
        assertThat(second.get("x")).isEqualTo(first.get("x"));
        assertThat(second.get("y")).hasSize(2);
    }

    @Test
    void givesTheTopicsOfADeadMemberToTheOthers() {
        rebalance("x", "y", "z");

        assertThat(rebalance("x", "z").values().stream().mapToInt(Set::size).sum()).isEqualTo(4);
    }

    @Test
    void believesTheLaterOfTwoOwners() {
        Map<String, Subscription> claims =
                Map.of(
                        "old", subscription(partitions(Set.of(topic("a"))), 3),
                        "young", subscription(partitions(Set.of(topic("a"))), 4));
        topics.removeIf(topic -> !topic.equals(topic("a")));

        var result = assignor().assign(cluster(), new GroupSubscription(claims)).groupAssignment();
        assertThat(result.get("young").partitions()).hasSize(PARTITIONS);
        assertThat(result.get("old").partitions()).isEmpty();
    }

    private static Subscription subscription(List<TopicPartition> owned, int generation) {
        return new Subscription(List.of(topic("a")), null, owned, generation, Optional.empty());
    }

    @Test
    void whatHasNoRoomWaitsUntilAMemberComesThatHas() {
        budgets.put("x", 2L);
        budgets.put("y", 1L);
        Map<String, Set<String>> alone = rebalance("x");
        assertThat(alone.get("x")).containsExactlyInAnyOrder(topic("a"), topic("b"));
        assertThat(plans.getLast().waiting())
                .extracting(waiting -> waiting.run().run())
                .containsExactly("c", "d");

        Map<String, Set<String>> both = rebalance("x", "y");
        assertThat(both.get("x")).isEqualTo(alone.get("x"));
        assertThat(both.get("y")).containsExactly(topic("c"));
    }

    @Test
    void topicsOfRunsThatHaveEndedAreNobodys() {
        rebalance("x");
        ended.add("b");
        assertThat(rebalance("x").get("x"))
                .containsExactlyInAnyOrder(topic("a"), topic("c"), topic("d"));
    }

    @Test
    void whatIsNotKnownStaysWhereItIsAndGoesToNobodyNew() {
        topics.remove(topic("d"));
        rebalance("x");
        topics.add(topic("d"));
        unknown.addAll(List.of("a", "d"));
        assertThat(rebalance("x").get("x"))
                .containsExactlyInAnyOrder(topic("a"), topic("b"), topic("c"));
    }

    @Test
    void aMemberThatPromisesNothingIsOfAVersionThatTakesAll() {
        assertThat(ReplicaOffer.read(null, ON_CPU)).isEqualTo(ReplicaOffer.UNKNOWN);
        ReplicaOffer offer = new ReplicaOffer(new MemoryAmount(3, 4), 5);
        assertThat(ReplicaOffer.read(offer.write(), ON_CPU)).isEqualTo(offer);
    }

    @Test
    void aMemberSaysWhatItPromisesOfItsGpu() {
        ReplicaOffer offer = new ReplicaOffer(new MemoryAmount(3, 4, 6), 5);
        assertThat(ReplicaOffer.read(offer.write(), ON_CPU)).isEqualTo(offer);
        assertThat(ReplicaOffer.read(offer.write(), ON_GPU)).isEqualTo(offer);
    }

    @Test
    void aMemberOfAVersionBeforeDevicesHasWhatTheReaderHasAndTakesOfItWhatItIsGiven() {
        // Given: what 0.2.0 writes, a version, bytes on the heap and beside it, and a count
        ByteBuffer written =
                ByteBuffer.allocate(25).put((byte) 1).putLong(3).putLong(4).putLong(5).flip();

        // When
        ReplicaOffer onCpu = ReplicaOffer.read(written, ON_CPU);
        ReplicaOffer onGpu = ReplicaOffer.read(written, ON_GPU);

        // Then
        assertThat(onCpu).isEqualTo(new ReplicaOffer(new MemoryAmount(3, 4), 5));
        assertThat(onGpu).isEqualTo(new ReplicaOffer(new MemoryAmount(3, 4, 1L << 50), 5));
        assertThat(ReplicaOffer.read(null, ON_GPU).budget().hasDevice()).isTrue();
    }

    @Test
    void aVersionBeforeDevicesReadsWhatItKnowsOfAMember() {
        ByteBuffer written = new ReplicaOffer(new MemoryAmount(3, 4, 6), 5).write();
        assertThat(written.remaining()).isGreaterThanOrEqualTo(25);
        written.get();
        assertThat(written.getLong()).isEqualTo(3);
        assertThat(written.getLong()).isEqualTo(4);
        assertThat(written.getLong()).isEqualTo(5);
    }
}
