package org.lexicographer.trainer.job;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.RunSpec;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.objectstore.ObjectStore;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.trainer.TrainerStage;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;

/**
 * Purges activation blocks that nobody will read again: those that the oldest kept checkpoint of
 * every job that reads their topic lies behind.
 */
final class ConsumedBlocks {

    private final BlockTopics topics;
    private final ObjectStore objects;

    ConsumedBlocks(BlockTopics topics, ObjectStore objects) {
        this.topics = topics;
        this.objects = objects;
    }

    /** Purges the topics that the job of a site reads. */
    void purge(RunSpec spec, Site jobSite) {
        Map<TopicPartition, Long> before = new HashMap<>();
        for (Site read : TrainerStage.sitesRead(spec, jobSite)) {
            before.putAll(consumed(spec, read));
        }
        if (!before.isEmpty()) {
            topics.purge(before);
        }
    }

    private Map<TopicPartition, Long> consumed(RunSpec spec, Site read) {
        String topic = Topics.activationBlocks(spec.run(), read);
        List<CheckpointManifest> readers =
                spec.sites().stream()
                        .filter(site -> TrainerStage.sitesRead(spec, site).contains(read))
                        .map(site -> CheckpointStore.peek(objects, spec.run(), site))
                        .filter(manifest -> !manifest.isFinished())
                        .toList();
        if (readers.stream().anyMatch(manifest -> manifest.resumable().isEmpty())) {
            return Map.of();
        }
        Map<TopicPartition, Long> least = new HashMap<>();
        for (CheckpointManifest manifest : readers) {
            TrainerStage.offsets(manifest.resumable().getFirst())
                    .forEach((partition, offset) -> least.merge(partition, offset, Math::min));
        }
        return onlyOf(topic, least);
    }

    private static Map<TopicPartition, Long> onlyOf(
            String topic, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> only = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> {
                    if (partition.topic().equals(topic)) {
                        only.put(partition, offset);
                    }
                });
        return only;
    }
}
