package org.lexicographer.trainer.ownership;

import static org.assertj.core.api.Assertions.assertThat;

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

class WholeTopicAssignorTest {

    private static final int PARTITIONS = 3;

    private final List<String> topics = new ArrayList<>(List.of("a", "b", "c", "d"));
    private final Map<String, Set<String>> owned = new TreeMap<>();
    private int generation = 1;

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
                    new Subscription(topics, null, partitions(had), generation, Optional.empty()));
        }
        Map<String, Set<String>> result = new TreeMap<>();
        new WholeTopicAssignor()
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
        topics.add("e");
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
                        "old", subscription(partitions(Set.of("a")), 3),
                        "young", subscription(partitions(Set.of("a")), 4));
        topics.removeIf(topic -> !topic.equals("a"));

        var result =
                new WholeTopicAssignor()
                        .assign(cluster(), new GroupSubscription(claims))
                        .groupAssignment();
        assertThat(result.get("young").partitions()).hasSize(PARTITIONS);
        assertThat(result.get("old").partitions()).isEmpty();
    }

    private static Subscription subscription(List<TopicPartition> owned, int generation) {
        return new Subscription(List.of("a"), null, owned, generation, Optional.empty());
    }
}
