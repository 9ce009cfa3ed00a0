package org.lexicographer.tokenizer.kafka;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;

/** Measures how many token blocks of a run no activation-service has taken yet. */
public final class TokenBlockLag implements LongSupplier {

    private final BlockTopics topics;
    private final List<TopicPartition> partitions;
    private final String group;

    public TokenBlockLag(BlockTopics topics, RunSpec spec) {
        this.topics = requireNonNull(topics, "topics is null");
        group = Topics.activationGroup(spec.run());
        partitions =
                BlockReader.partitions(
                        Topics.tokenBlocks(spec.run()), spec.tokenBlock().partitions());
    }

    @Override
    public long getAsLong() {
        Map<TopicPartition, Long> committed = topics.committed(group);
        Map<TopicPartition, Long> beginnings = topics.beginnings(partitions);
        return topics.ends(partitions).entrySet().stream()
                .mapToLong(
                        end -> {
                            TopicPartition partition = end.getKey();
                            long beginning = beginnings.getOrDefault(partition, 0L);
                            long taken = committed.getOrDefault(partition, beginning);
                            return end.getValue() - Math.max(taken, beginning);
                        })
                .sum();
    }
}
