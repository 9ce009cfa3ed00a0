package org.lexicographer.trainer.ownership;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.stream.Installation;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.ownership.JobDivision.Demands;
import org.lexicographer.trainer.ownership.JobOwnership.JobId;

/**
 * Gives the topics of jobs, each as a whole, to members of a consumer group, as {@link
 * MemoryPacking} finds; topics that are no job's, or that of one that waits, to nobody. A topic
 * that has to move is given to nobody first, so that its old owner has let go of it before the next
 * round gives it to a new one (KIP-429). A member lets go of what it loses before it takes what it
 * gains.
 */
public final class WholeTopicAssignor implements ConsumerPartitionAssignor, Configurable {

    /** The setting that has the {@link Round} of the replica. */
    static final String ROUND = "lexicographer.trainer.round";

    private Round round;

    /** What a replica takes part with, and what it has told the group. */
    static final class Round {

        private final JobDivision division;
        private final Installation installation;
        private long changes;
        private long said = -1;
        private boolean leads;
        private Set<String> runs = Set.of();

        Round(JobDivision division, Installation installation) {
            this.division = requireNonNull(division, "division is null");
            this.installation = requireNonNull(installation, "installation is null");
        }

        /** The job of an activation topic, as the brokers name it. */
        private JobId job(String topicAtBrokers) {
            return JobId.of(installation.own(topicAtBrokers));
        }

        /** Takes note of a reason to share jobs out anew. */
        void change() {
            changes++;
        }

        /** Tells whether the group has not been told yet of a reason to share jobs out anew. */
        boolean isDue() {
            return said >= 0 && said < changes;
        }

        /** Tells whether a run had activation topics when the replica joined last. */
        boolean knows(String run) {
            return runs.contains(run);
        }
    }

    @Override
    public void configure(Map<String, ?> settings) {
        round = (Round) requireNonNull(settings.get(ROUND), "setting absent: " + ROUND);
    }

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
        round.said = round.changes;
        round.runs = runs(topics);
        return new ReplicaOffer(round.division.budget(), round.changes).write();
    }

    private Set<String> runs(Collection<String> topics) {
        return topics.stream().map(topic -> round.job(topic).run()).collect(Collectors.toSet());
    }

    @Override
    public void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
        if (!round.leads) {
            round.division.follows();
        }
        round.leads = false;
    }

    @Override
    public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
        round.leads = true;
        Map<String, Subscription> members = new TreeMap<>(group.groupSubscription());
        TreeSet<String> topics = new TreeSet<>();
        members.values().forEach(member -> topics.addAll(member.topics()));
        Map<String, Assignment> assignments = new HashMap<>();
        topicsOf(members, topics)
                .forEach(
                        (member, owned) ->
                                assignments.put(
                                        member, new Assignment(partitions(cluster, owned))));
        return new GroupAssignment(assignments);
    }

    private Map<String, List<String>> topicsOf(
            Map<String, Subscription> members, TreeSet<String> topics) {
        Map<String, List<String>> topicsOf = new TreeMap<>();
        Map<String, MemoryAmount> budgets = new TreeMap<>();
        MemoryAmount own = round.division.budget();
        members.forEach(
                (member, subscription) -> {
                    topicsOf.put(member, new ArrayList<>());
                    budgets.put(member, ReplicaOffer.read(subscription.userData(), own).budget());
                });
        Map<JobId, String> owners = owners(members);
        Demands demands = round.division.demands(runs(topics), owners.keySet());
        Plan plan = MemoryPacking.plan(budgets, owners, demands.runs());
        round.division.planned(plan);
        for (String topic : topics) {
            JobId job = round.job(topic);
            String owner = owners.get(job);
            String next = demands.unknown().contains(job.run()) ? owner : plan.owners().get(job);
            if (next != null && (owner == null || owner.equals(next))) {
                topicsOf.get(next).add(topic);
            }
        }
        return topicsOf;
    }

    /** Of two members that claim a topic, the one of the later generation is right. */
    private Map<JobId, String> owners(Map<String, Subscription> members) {
        Map<JobId, String> owners = new HashMap<>();
        members.entrySet().stream()
                .sorted(Comparator.comparing(member -> generation(member.getValue())))
                .forEach(
                        member ->
                                member.getValue().ownedPartitions().stream()
                                        .map(partition -> round.job(partition.topic()))
                                        .forEach(job -> owners.put(job, member.getKey())));
        return owners;
    }

    private static int generation(Subscription subscription) {
        return subscription.generationId().orElse(-1);
    }

    private static List<TopicPartition> partitions(Cluster cluster, List<String> topics) {
        return topics.stream()
                .flatMap(topic -> cluster.partitionsForTopic(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }
}
