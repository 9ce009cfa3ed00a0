package org.lexicographer.trainer.ownership;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives every topic as a whole to one member of a consumer group, evenly, and leaves it with that
 * member as long as the balance allows. A topic that has to move is given to nobody first, so that
 * its old owner has let go of it before the next round gives it to a new one (KIP-429).
 */
public final class WholeTopicAssignor implements ConsumerPartitionAssignor {

    @Override
    public String name() {
        return "whole-topic";
    }

    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE, RebalanceProtocol.EAGER);
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return null;
    }

    @Override
    public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
        Map<String, Subscription> members = new TreeMap<>(group.groupSubscription());
        TreeSet<String> topics = new TreeSet<>();
        members.values().forEach(member -> topics.addAll(member.topics()));
        Map<String, List<String>> topicsOf = topicsOf(members, topics);
        Map<String, Assignment> assignments = new HashMap<>();
        topicsOf.forEach(
                (member, owned) ->
                        assignments.put(member, new Assignment(partitions(cluster, owned))));
        return new GroupAssignment(assignments);
    }

    private static Map<String, List<String>> topicsOf(
            Map<String, Subscription> members, TreeSet<String> topics) {
        Map<String, List<String>> topicsOf = new TreeMap<>();
        members.keySet().forEach(member -> topicsOf.put(member, new ArrayList<>()));
        Map<String, String> owners = owners(members);
        int quota = Math.ceilDiv(topics.size(), members.size());
        List<String> free = new ArrayList<>();
        for (String topic : topics) {
            Optional<String> owner = Optional.ofNullable(owners.get(topic));
            if (owner.isEmpty()) {
                free.add(topic);
            } else if (topicsOf.get(owner.get()).size() < quota) {
                topicsOf.get(owner.get()).add(topic);
            }
        }
        free.forEach(topic -> leastLoaded(topicsOf).add(topic));
        return topicsOf;
    }

    /** Of two members that claim a topic, the one of the later generation is right. */
    private static Map<String, String> owners(Map<String, Subscription> members) {
        Map<String, String> owners = new HashMap<>();
        members.entrySet().stream()
                .sorted(Comparator.comparing(member -> generation(member.getValue())))
                .forEach(
                        member ->
                                member.getValue()
                                        .ownedPartitions()
                                        .forEach(p -> owners.put(p.topic(), member.getKey())));
        return owners;
    }

    private static int generation(Subscription subscription) {
        return subscription.generationId().orElse(-1);
    }

    private static List<String> leastLoaded(Map<String, List<String>> topicsOf) {
        return topicsOf.values().stream().min(Comparator.comparingInt(List::size)).orElseThrow();
    }

    private static List<TopicPartition> partitions(Cluster cluster, List<String> topics) {
        return topics.stream()
                .flatMap(topic -> cluster.partitionsForTopic(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }
}
