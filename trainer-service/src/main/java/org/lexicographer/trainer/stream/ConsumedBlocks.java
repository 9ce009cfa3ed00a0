package org.lexicographer.trainer.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.trainer.checkpoint.CheckpointManifest;
import org.lexicographer.trainer.checkpoint.CheckpointStore;

/**
 * Purges blocks that nobody will read again: activation blocks that the oldest kept checkpoint of
 * every job that reads their topic has passed, and token blocks that it has passed at every site of
 * the run.
 */
public final class ConsumedBlocks {

    private final BlockTopics topics;
    private final ObjectStore objects;

    /** Purges these topics as checkpoints in the store allow. */
    public ConsumedBlocks(BlockTopics topics, ObjectStore objects) {
        this.topics = topics;
        this.objects = objects;
    }

    /**
     * Purges the topics that the job of a site reads, the token blocks they were made of, and
     * topics whose readers have all finished: extraction still writes to them while it continues
     * for other jobs.
     */
    public void purge(RunSpec spec, Site jobSite) {
        Map<Site, CheckpointManifest> jobs = new TreeMap<>();
        spec.sites().forEach(s -> jobs.put(s, CheckpointStore.peek(objects, spec.run(), s)));
        Map<TopicPartition, Long> before = new HashMap<>(trained(spec, jobs));
        for (Site observed : spec.observedSites()) {
            List<CheckpointManifest> readers = unfinishedReaders(spec, jobs, observed);
            if (readers.isEmpty()) {
                before.putAll(everything(spec, observed));
            } else if (JobSites.of(spec, jobSite).all().contains(observed)) {
                before.putAll(consumed(spec, observed, readers));
            }
        }
        if (!before.isEmpty()) {
            topics.purge(before);
        }
    }

    private static List<CheckpointManifest> unfinishedReaders(
            RunSpec spec, Map<Site, CheckpointManifest> jobs, Site observed) {
        return spec.sites().stream()
                .filter(site -> JobSites.of(spec, site).all().contains(observed))
                .map(jobs::get)
                .filter(manifest -> !manifest.isFinished(spec.training().steps()))
                .toList();
    }

    private Map<TopicPartition, Long> everything(RunSpec spec, Site observed) {
        String topic = Topics.activationBlocks(spec.run(), observed);
        return topics.endsOfExisting(BlockReader.partitions(topic, spec.tokenBlock().partitions()));
    }

    /**
     * Returns how far every reader has read the blocks of a site. Of one that has yet to go on with
     * a run that was given more steps nobody knows: the offsets that it kept, if any, are those of
     * a topic that is gone. Neither do checkpoints know that were saved before it read anything.
     */
    static Map<TopicPartition, Long> consumed(
            RunSpec spec, Site read, List<CheckpointManifest> readers) {
        if (readers.stream().anyMatch(it -> it.isFinished() || it.resumable().isEmpty())) {
            return Map.of();
        }
        List<Map<TopicPartition, Long>> positions =
                readers.stream().map(it -> it.resumable().getFirst().positions()).toList();
        Map<TopicPartition, Long> before = new HashMap<>();
        String topic = Topics.activationBlocks(spec.run(), read);
        for (TopicPartition part : BlockReader.partitions(topic, spec.tokenBlock().partitions())) {
            if (positions.stream().allMatch(it -> it.containsKey(part))) {
                before.put(part, positions.stream().mapToLong(it -> it.get(part)).min().orElse(0));
            }
        }
        return before;
    }

    /**
     * Returns how far the token blocks are trained on everywhere. The last one of them stays, as a
     * run that goes on after it has ended continues its dataset there; the last block of a
     * partition, as the tokenizer finds there where to continue; and what extraction has not said
     * it has stored, as it continues there.
     */
    private Map<TopicPartition, Long> trained(RunSpec spec, Map<Site, CheckpointManifest> jobs) {
        long next = nextSequence(spec, jobs);
        Map<TopicPartition, Long> extracted = topics.committed(Topics.activationGroup(spec.run()));
        if (next == 0 || extracted.isEmpty()) {
            return Map.of();
        }
        int count = spec.tokenBlock().partitions();
        long first = new RunExtensions(objects).firstBlock(spec);
        Map<TopicPartition, Long> ends =
                topics.endsOfExisting(
                        BlockReader.partitions(Topics.tokenBlocks(spec.run()), count));
        Map<TopicPartition, Long> before = new HashMap<>();
        ends.forEach(
                (partition, end) -> {
                    // One record a block; were there a repetition, the block would lie after this.
                    long blocks =
                            Math.ceilDiv(next - 1 - partition.partition(), count)
                                    - Math.ceilDiv(first - partition.partition(), count);
                    long stored = extracted.getOrDefault(partition, 0L);
                    long offset = Math.min(Math.min(blocks, stored), end - 1);
                    if (offset > 0) {
                        before.put(partition, offset);
                    }
                });
        return before;
    }

    /** Returns the least number that the oldest kept checkpoint of a job continues with. */
    private static long nextSequence(RunSpec spec, Map<Site, CheckpointManifest> jobs) {
        return jobs.values().stream()
                .filter(manifest -> !manifest.isFinished(spec.training().steps()))
                .mapToLong(
                        manifest ->
                                manifest.resumable().isEmpty()
                                        ? 0
                                        : manifest.resumable().getFirst().nextSequence())
                .min()
                .orElse(0);
    }
}
