package org.lexicographer.trainer.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;

/**
 * Where the activation blocks of a run continue that are extracted again because one of them was
 * lost. Token blocks stay until every job of the run has two checkpoints after them, so all that a
 * job may still need comes again, from there on and in sequence; what lies before is passed over.
 */
public final class Reextraction {

    private final BlockTopics topics;
    private final ObjectStore objects;

    /** Keeps its record in this store. */
    public Reextraction(BlockTopics topics, ObjectStore objects) {
        this.topics = topics;
        this.objects = objects;
    }

    /**
     * The record in the store.
     *
     * @param offsets the first offset of what was extracted again, by {@code topic-partition}
     */
    record From(Map<String, Long> offsets) {}

    /** Records that whatever is written from now on was extracted again. */
    public void begin(RunSpec spec) {
        List<TopicPartition> all = new ArrayList<>();
        int partitions = spec.tokenBlock().partitions();
        spec.observedSites().stream()
                .map(site -> Topics.activationBlocks(spec.run(), site))
                .filter(topics.names()::contains)
                .forEach(topic -> all.addAll(BlockReader.partitions(topic, partitions)));
        Map<String, Long> from = new HashMap<>();
        topics.ends(all).forEach((partition, end) -> from.put(partition.toString(), end));
        objects.put(ObjectKeys.extractedAgain(spec.run()), Json.write(new From(from)));
    }

    /**
     * Returns the offsets, moved to what was extracted again where they lie before it, or after the
     * end of a topic that has been lost and created anew.
     */
    Map<TopicPartition, Long> skipTo(RunSpec spec, Map<TopicPartition, Long> offsets) {
        Map<String, Long> from = read(spec.run());
        if (from.isEmpty()) {
            return offsets;
        }
        Map<TopicPartition, Long> ends = topics.ends(offsets.keySet());
        Map<TopicPartition, Long> moved = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> {
                    long again = from.getOrDefault(partition.toString(), 0L);
                    boolean isVoid = offset > ends.getOrDefault(partition, offset);
                    moved.put(partition, isVoid ? again : Math.max(offset, again));
                });
        return moved;
    }

    private Map<String, Long> read(String run) {
        try {
            byte[] json = objects.bytes(ObjectKeys.extractedAgain(run));
            return Json.read(json, From.class).offsets();
        } catch (ObjectNotFoundException e) {
            return Map.of();
        }
    }
}
