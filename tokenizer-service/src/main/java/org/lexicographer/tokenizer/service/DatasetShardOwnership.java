package org.lexicographer.tokenizer.service;

import static java.util.Objects.requireNonNull;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.tokenizer.job.TokenizerJobs;

/** Passes on which partitions of the dataset shards, and so which runs, this replica owns. */
@ApplicationScoped
@Identifier("dataset-shards") public class DatasetShardOwnership implements KafkaConsumerRebalanceListener {

    private final TokenizerJobs jobs;

    public DatasetShardOwnership(TokenizerJobs jobs) {
        this.jobs = requireNonNull(jobs, "jobs is null");
    }

    @Override
    public void onPartitionsAssigned(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        jobs.assign(numbers(partitions));
    }

    @Override
    public void onPartitionsRevoked(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        jobs.revoke(numbers(partitions));
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        jobs.revoke(numbers(partitions));
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).toList();
    }
}
