package org.lexicographer.pipeline.stream;

import static java.util.Objects.requireNonNull;
import static org.lexicographer.pipeline.stream.KafkaAnswers.await;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates, measures, purges and deletes the topics of a run's blocks. Topics and groups have their
 * names within the installation, here and in what is returned.
 */
public final class BlockTopics implements AutoCloseable {

    private static final String KEEP_EVERYTHING = "-1";
    private static final String SEGMENT_BYTES = Integer.toString(64 << 20);
    private static final String MAX_RECORD_BYTES = Integer.toString(8 << 20);

    /** How long to wait for answers of a broker that may be gone. */
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(1);

    /** Whoever commits does so again later, and must not be held up. */
    private static final AlterConsumerGroupOffsetsOptions TIME_TO_COMMIT =
            new AlterConsumerGroupOffsetsOptions().timeoutMs(5_000);

    private final KafkaConnection kafka;
    private final Installation installation;
    private Admin admin;

    /** Takes the connection to the brokers; they are asked when something is wanted of them. */
    public BlockTopics(KafkaConnection kafka) {
        this.kafka = requireNonNull(kafka, "kafka is null");
        installation = kafka.installation();
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = kafka.admin(Map.of());
        }
        return admin;
    }

    /**
     * Creates the topic unless it exists. Nothing in it expires: blocks go when they were consumed
     * and {@link #purge purged}.
     *
     * @throws IllegalStateException when it exists with another number of partitions
     */
    public void ensure(String topic, int partitions) {
        NewTopic wanted =
                new NewTopic(
                        installation.atBrokers(topic), Optional.of(partitions), Optional.empty());
        wanted.configs(
                Map.of(
                        TopicConfig.RETENTION_MS_CONFIG, KEEP_EVERYTHING,
                        TopicConfig.RETENTION_BYTES_CONFIG, KEEP_EVERYTHING,
                        TopicConfig.SEGMENT_BYTES_CONFIG, SEGMENT_BYTES,
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, MAX_RECORD_BYTES));
        await(admin().createTopics(List.of(wanted)).all(), TopicExistsException.class);
        int found = partitions(topic).orElse(partitions);
        if (found != partitions) {
            throw new IllegalStateException(
                    "topic has another number of partitions: expected=%d, found=%d, topic=%s"
                            .formatted(partitions, found, topic));
        }
    }

    /** Returns the topic's number of partitions, or empty when there is no such topic. */
    public Optional<Integer> partitions(String topic) {
        String atBrokers = installation.atBrokers(topic);
        return await(
                        admin().describeTopics(List.of(atBrokers)).allTopicNames(),
                        UnknownTopicOrPartitionException.class)
                .map(described -> described.get(atBrokers))
                .map(TopicDescription::partitions)
                .map(List::size);
    }

    /** Returns the offset after the last record of each partition. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    /** Returns those ends whose topics may just have been deleted, without those that are gone. */
    public Map<TopicPartition, Long> endsOfExisting(Collection<TopicPartition> partitions) {
        return ends(existing(partitions));
    }

    /**
     * Returns the partitions whose topics exist now. Of a topic that is gone a broker is asked
     * again and again, for a minute: it could be about to appear.
     */
    public List<TopicPartition> existing(Collection<TopicPartition> partitions) {
        Set<String> existing = names();
        return partitions.stream().filter(p -> existing.contains(p.topic())).toList();
    }

    /** Returns the offset of the first record that each partition still holds. */
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec s) {
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream().collect(Collectors.toMap(installation::atBrokers, p -> s));
        return await(admin().listOffsets(asked).all(), UnknownTopicOrPartitionException.class)
                .orElse(Map.of())
                .entrySet()
                .stream()
                .collect(
                        Collectors.toMap(
                                e -> installation.own(e.getKey()), e -> offset(e.getValue())));
    }

    private static long offset(ListOffsetsResultInfo info) {
        return info.offset();
    }

    /** Returns the offsets that a consumer group has committed, by partition. */
    public Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        commits(group).forEach((partition, commit) -> committed.put(partition, commit.offset()));
        return committed;
    }

    /** Returns the partitions that live members of a consumer group have been given. */
    public Set<TopicPartition> assigned(String group) {
        String atBrokers = installation.atBrokers(group);
        return await(
                        admin().describeConsumerGroups(List.of(atBrokers)).all(),
                        GroupIdNotFoundException.class)
                .map(described -> described.get(atBrokers).members())
                .orElse(List.of())
                .stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .map(installation::own)
                .collect(Collectors.toSet());
    }

    /** Returns what a consumer group has committed, with what it wrote beside, by partition. */
    public Map<TopicPartition, OffsetAndMetadata> commits(String group) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        await(
                        admin().listConsumerGroupOffsets(installation.atBrokers(group))
                                .partitionsToOffsetAndMetadata(),
                        GroupIdNotFoundException.class)
                .orElse(Map.of())
                .forEach(
                        (partition, commit) -> {
                            if (commit != null) {
                                commits.put(installation.own(partition), commit);
                            }
                        });
        return commits;
    }

    /**
     * Commits offsets for a consumer group that has no live members.
     *
     * @throws org.apache.kafka.common.errors.TimeoutException when the broker does not answer
     *     within a few seconds
     */
    public void commit(String group, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        offsets.forEach(
                (partition, offset) ->
                        commits.put(
                                installation.atBrokers(partition), new OffsetAndMetadata(offset)));
        await(
                admin().alterConsumerGroupOffsets(
                                installation.atBrokers(group), commits, TIME_TO_COMMIT)
                        .all(),
                UnknownTopicOrPartitionException.class);
    }

    /** Removes every record before the given offsets; topics that are gone are passed over. */
    public void purge(Map<TopicPartition, Long> before) {
        Map<TopicPartition, RecordsToDelete> records = new HashMap<>();
        existing(before.keySet())
                .forEach(
                        p ->
                                records.put(
                                        installation.atBrokers(p),
                                        RecordsToDelete.beforeOffset(before.get(p))));
        await(admin().deleteRecords(records).all(), UnknownTopicOrPartitionException.class);
    }

    /** Deletes the topics; those that do not exist are passed over. */
    public void delete(Collection<String> topics) {
        deleteByIds(ids(topics));
    }

    /** Returns what tells those of the topics that exist from later ones of the same names. */
    public Set<Uuid> ids(Collection<String> topics) {
        Set<String> atBrokers =
                topics.stream().map(installation::atBrokers).collect(Collectors.toSet());
        return await(admin().listTopics().listings()).stream()
                .filter(listed -> atBrokers.contains(listed.name()))
                .map(TopicListing::topicId)
                .collect(Collectors.toSet());
    }

    /** Deletes these very topics; those that do not exist any more are passed over. */
    public void deleteByIds(Collection<Uuid> ids) {
        for (Uuid id : ids) {
            await(
                    admin().deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all(),
                    UnknownTopicIdException.class);
        }
    }

    /** Returns the names of all topics of the installation. */
    public Set<String> names() {
        return await(admin().listTopics().names()).stream()
                .filter(installation::isOwn)
                .map(installation::own)
                .collect(Collectors.toSet());
    }

    /** Deletes the consumer groups; those that do not exist are passed over. */
    public void deleteGroups(Collection<String> groups) {
        for (String group : groups) {
            await(
                    admin().deleteConsumerGroups(List.of(installation.atBrokers(group))).all(),
                    GroupIdNotFoundException.class);
        }
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(TIME_TO_CLOSE);
        }
    }
}
