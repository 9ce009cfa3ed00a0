package org.lexicographer.trainer.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.trainer.checkpoint.Checkpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of the activation blocks that a trainer job reads, and how far it says it has read.
 */
public final class JobTopics {

    private static final Logger LOG = LoggerFactory.getLogger(JobTopics.class);

    private final BlockTopics topics;
    private final RunSpec spec;
    private final List<String> names;
    private final String group;

    /** Takes the topics of the sites that a job reads. */
    public JobTopics(BlockTopics topics, RunSpec spec, JobSites sites) {
        this.topics = topics;
        this.spec = spec;
        this.names =
                sites.all().stream()
                        .map(read -> Topics.activationBlocks(spec.run(), read))
                        .toList();
        this.group = Topics.trainerGroup(spec.run(), sites.own());
    }

    /**
     * Starts reading after a checkpoint, or at what is left of the beginning where there is none or
     * it knows no offsets, as the topics are others; the caller closes the stream.
     *
     * @param reextraction says which blocks were extracted again
     */
    public ActivationStream open(
            KafkaConnection kafka, Optional<Checkpoint> restored, Reextraction reextraction) {
        ensure();
        Map<TopicPartition, Long> offsets =
                restored.map(Checkpoint::positions)
                        .filter(positions -> !positions.isEmpty())
                        .orElseGet(() -> topics.beginnings(partitions()));
        return KafkaActivationStream.open(
                kafka,
                names,
                partitionCount(),
                restored.map(Checkpoint::nextSequence).orElse(0L),
                reextraction.skipTo(spec, offsets));
    }

    /** Creates the topics that are not there. */
    public void ensure() {
        names.forEach(topic -> topics.ensure(topic, partitionCount()));
    }

    private int partitionCount() {
        return spec.tokenBlock().partitions();
    }

    private List<TopicPartition> partitions() {
        return names.stream()
                .flatMap(topic -> BlockReader.partitions(topic, partitionCount()).stream())
                .toList();
    }

    /**
     * Says what was taken, for those who wait for it; a broker that is away is told later.
     *
     * @return whether the brokers took note of it
     */
    public boolean commit(Map<TopicPartition, Long> offsets) {
        try {
            topics.commit(group, offsets);
            return true;
        } catch (TimeoutException e) {
            LOG.warn("offsets not committed: group={}", group);
            return false;
        }
    }

    /** Says that the job needs nothing more: extraction for other jobs is not to wait for it. */
    public void commitEverything() {
        Map<TopicPartition, Long> everything = new HashMap<>();
        partitions().forEach(partition -> everything.put(partition, Long.MAX_VALUE));
        topics.commit(group, everything);
    }

    /**
     * Says what was taken, and returns how many records come after it; empty while the brokers
     * cannot be told.
     */
    public OptionalLong commitAndMeasure(Map<TopicPartition, Long> offsets) {
        return commit(offsets) ? OptionalLong.of(lag(offsets)) : OptionalLong.empty();
    }

    private long lag(Map<TopicPartition, Long> offsets) {
        return topics.endsOfExisting(offsets.keySet()).entrySet().stream()
                .mapToLong(end -> end.getValue() - offsets.get(end.getKey()))
                .sum();
    }
}
