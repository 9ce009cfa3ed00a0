package org.lexicographer.activation.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.activation.stage.ActivationStage;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;

/**
 * How far extraction has run ahead of the slowest trainer of a run, and whether it may continue.
 *
 * <p>The run's limit is shared out evenly over the partitions, and each is open or closed by
 * itself: a trainer takes blocks strictly in sequence, so the partition that holds the block it
 * waits for must stay open however much lies in the others. One block per partition is always let
 * through.
 *
 * <p>A trainer's place is what its group has committed, for the topic that it reads as well as for
 * those that it reconstructs; before it has committed anything, the start of the topic. Bytes are
 * estimated as records times their mean size. Between two looks at the broker, what was written is
 * added. {@link #refresh} is for one thread, all else for any.
 */
final class TrainerLag {

    private final BlockTopics topics;
    private final int partitions;
    private final long limitBytes;
    private final Map<String, Place> places = new HashMap<>();
    private final long blockBytes;
    private final long[] measured;
    private final long[] sinceMeasured;
    private final long[] inFlight;

    TrainerLag(BlockTopics topics, RunSpec spec, ActivationStage stage) {
        this.topics = topics;
        partitions = spec.tokenBlock().partitions();
        limitBytes = spec.training().maxLagBytes();
        measured = new long[partitions];
        sinceMeasured = new long[partitions];
        inFlight = new long[partitions];
        long largest = 0;
        for (Site site : spec.observedSites()) {
            long bytes = stage.blockBytes(site);
            largest = Math.max(largest, bytes);
            double recordBytes = (double) bytes / stage.recordsPerBlock(site);
            Place place = new Place(recordBytes, readers(spec, site));
            places.put(Topics.activationBlocks(spec.run(), site), place);
        }
        blockBytes = largest;
    }

    /** Returns the groups of the trainers that read or reconstruct the site. */
    private static List<String> readers(RunSpec spec, Site observed) {
        return spec.sites().stream()
                .filter(site -> reads(spec, site, observed))
                .map(site -> Topics.trainerGroup(spec.run(), site))
                .toList();
    }

    private static boolean reads(RunSpec spec, Site site, Site observed) {
        return spec.recipesAt(site).stream()
                .anyMatch(recipe -> site.equals(observed) || recipe.target(site).equals(observed));
    }

    /** Asks the broker. What it may or may not have stored by then is counted in any case. */
    void refresh() {
        long[] unsure;
        long[] known;
        synchronized (this) {
            unsure = inFlight.clone();
            known = sinceMeasured.clone();
        }
        long[] lag = measure();
        synchronized (this) {
            for (int partition = 0; partition < partitions; partition++) {
                measured[partition] = lag[partition] + unsure[partition];
                sinceMeasured[partition] -= known[partition];
            }
        }
    }

    private long[] measure() {
        // A run that has ended has no topics, and its job must leave at once.
        List<TopicPartition> all = topics.existing(partitions());
        Map<TopicPartition, Long> beginnings = topics.beginnings(all);
        Map<TopicPartition, Long> ends = topics.ends(all);
        Map<String, Map<TopicPartition, Long>> committed = committed();
        long[] lag = new long[partitions];
        ends.forEach(
                (partition, end) -> {
                    Place place = places.get(partition.topic());
                    for (String group : place.readers) {
                        long start = beginnings.getOrDefault(partition, 0L);
                        long taken = committed.get(group).getOrDefault(partition, start);
                        long bytes = (long) ((end - Math.max(start, taken)) * place.recordBytes);
                        int p = partition.partition();
                        lag[p] = Math.max(lag[p], bytes);
                    }
                });
        return lag;
    }

    private List<TopicPartition> partitions() {
        return places.keySet().stream()
                .flatMap(topic -> BlockReader.partitions(topic, partitions).stream())
                .toList();
    }

    private Map<String, Map<TopicPartition, Long>> committed() {
        Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
        places.values().stream()
                .flatMap(place -> place.readers.stream())
                .distinct()
                .forEach(group -> committed.put(group, topics.committed(group)));
        return committed;
    }

    private long lagBytes(int partition) {
        return measured[partition] + sinceMeasured[partition];
    }

    /** Tells whether a block of the partition may be extracted now. */
    synchronized boolean isOpen(int partition) {
        long lag = lagBytes(partition);
        return lag <= 0 || lag + blockBytes <= limitBytes / partitions;
    }

    /** Takes note of a block that is going to be written. */
    synchronized void written(int partition) {
        sinceMeasured[partition] += blockBytes;
        inFlight[partition] += blockBytes;
    }

    /** Takes note of a block that the broker has stored. */
    synchronized void stored(int partition) {
        inFlight[partition] -= blockBytes;
    }

    /** Returns the lag of the slowest trainer over all partitions. */
    synchronized long bytes() {
        return IntStream.range(0, partitions).mapToLong(this::lagBytes).sum();
    }

    /** Returns the partitions that are closed. */
    List<Integer> closed() {
        List<Integer> closed = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            if (!isOpen(partition)) {
                closed.add(partition);
            }
        }
        return closed;
    }

    /** What a topic's records weigh, and which groups read them. */
    private record Place(double recordBytes, List<String> readers) {}
}
