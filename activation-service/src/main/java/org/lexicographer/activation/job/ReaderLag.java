package org.lexicographer.activation.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.activation.stage.ActivationStage;
import org.lexicographer.activation.stage.BlockSize;
import org.lexicographer.activation.stream.NextBlock;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunStages;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;

/**
 * How far a stage has run ahead of the slowest reader of what it writes, a trainer or the next
 * stage, and whether it may continue.
 *
 * <p>The run's limit is shared out evenly over the partitions, and each is open or closed by
 * itself: a trainer takes blocks strictly in sequence, so the partition that holds the block it
 * waits for must stay open however much lies in the others. One block per partition is always let
 * through, and so by every stage below; so is, whatever this class says, the first block of a
 * partition that was assigned ({@link Extractor}), and so is whatever the next stage waits for:
 * amid the parts of a block it commits nothing, and is never less far behind.
 *
 * <p>A reader's place is what its group has committed, for the topic that it reads as well as for
 * those that it reconstructs; before it has committed anything, the start of the topic. Bytes are
 * estimated as records times their mean size. Between two looks at the broker, what was written is
 * added. {@link #refresh} is for one thread, all else for any.
 */
final class ReaderLag {

    private final BlockTopics topics;
    private final int partitions;
    private final long limitBytes;
    private final Map<String, Place> places = new HashMap<>();
    private final long blockBytes;
    private final long[] measured;
    private final long[] sinceMeasured;
    private final long[] inFlight;
    private final Optional<Awaiting> awaiting;
    private final long[] awaited;
    private String slowest = "";

    /** The next stage: its group, and the topic that it reads. */
    private record Awaiting(String group, String topic) {}

    ReaderLag(BlockTopics topics, RunSpec spec, int stageNumber, ActivationStage stage) {
        this.topics = topics;
        partitions = spec.tokenBlock().partitions();
        limitBytes = spec.training().maxLagBytes();
        measured = new long[partitions];
        sinceMeasured = new long[partitions];
        inFlight = new long[partitions];
        awaited = new long[partitions];
        Arrays.fill(awaited, NextBlock.UNKNOWN);
        RunStages stages = RunStages.of(spec);
        Map<String, BlockSize> sizes = stage.blockSizes();
        for (Site site : stages.observed(stageNumber)) {
            String topic = Topics.activationBlocks(spec.run(), site);
            places.put(
                    topic,
                    new Place(
                            sizes.get(topic).recordBytes(),
                            readers(spec, site),
                            "the slowest trainer"));
        }
        int next = stageNumber + 1;
        if (stages.handedOn(stageNumber).isPresent()) {
            places.put(
                    stages.source(next),
                    new Place(
                            sizes.get(stages.source(next)).recordBytes(),
                            List.of(stages.group(next)),
                            "stage " + next));
        }
        awaiting =
                stages.handedOn(stageNumber)
                        .map(site -> new Awaiting(stages.group(next), stages.source(next)));
        blockBytes = sizes.values().stream().mapToLong(BlockSize::bytes).max().orElse(0);
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
        Map<String, Map<TopicPartition, OffsetAndMetadata>> commits = commits();
        Map<String, long[]> lags = measure(commits);
        long[] lag = largest(lags.values());
        long[] next = nextStage(commits);
        synchronized (this) {
            slowest = slowest(lags);
            System.arraycopy(next, 0, awaited, 0, partitions);
            for (int partition = 0; partition < partitions; partition++) {
                measured[partition] = lag[partition] + unsure[partition];
                sinceMeasured[partition] -= known[partition];
            }
        }
    }

    /** Returns the bytes of each topic that its slowest reader is behind, by partition. */
    private Map<String, long[]> measure(
            Map<String, Map<TopicPartition, OffsetAndMetadata>> commits) {
        // A run that has ended has no topics, and its job must leave at once.
        List<TopicPartition> all = topics.existing(partitions());
        Map<TopicPartition, Long> beginnings = topics.beginnings(all);
        Map<TopicPartition, Long> ends = topics.ends(all);
        Map<String, long[]> lags = new TreeMap<>();
        places.keySet().forEach(topic -> lags.put(topic, new long[partitions]));
        ends.forEach(
                (partition, end) -> {
                    Place place = places.get(partition.topic());
                    long[] lag = lags.get(partition.topic());
                    for (String group : place.readers) {
                        long start = beginnings.getOrDefault(partition, 0L);
                        OffsetAndMetadata commit = commits.get(group).get(partition);
                        long taken = commit == null ? start : commit.offset();
                        long bytes = (long) ((end - Math.max(start, taken)) * place.recordBytes);
                        int p = partition.partition();
                        lag[p] = Math.max(lag[p], bytes);
                    }
                });
        return lags;
    }

    /** Returns the number of the block that the next stage waits for, by partition. */
    private long[] nextStage(Map<String, Map<TopicPartition, OffsetAndMetadata>> commits) {
        long[] numbers = new long[partitions];
        Arrays.fill(numbers, NextBlock.UNKNOWN);
        awaiting.ifPresent(
                stage ->
                        commits.get(stage.group())
                                .forEach(
                                        (partition, commit) -> {
                                            if (partition.topic().equals(stage.topic())) {
                                                numbers[partition.partition()] =
                                                        NextBlock.of(commit);
                                            }
                                        }));
        return numbers;
    }

    private long[] largest(Collection<long[]> lags) {
        long[] largest = new long[partitions];
        for (long[] lag : lags) {
            for (int p = 0; p < partitions; p++) {
                largest[p] = Math.max(largest[p], lag[p]);
            }
        }
        return largest;
    }

    private String slowest(Map<String, long[]> lags) {
        return lags.entrySet().stream()
                .max(Comparator.comparingLong(it -> LongStream.of(it.getValue()).sum()))
                .map(it -> places.get(it.getKey()).reader)
                .orElse("");
    }

    private List<TopicPartition> partitions() {
        return places.keySet().stream()
                .flatMap(topic -> BlockReader.partitions(topic, partitions).stream())
                .toList();
    }

    private Map<String, Map<TopicPartition, OffsetAndMetadata>> commits() {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> commits = new HashMap<>();
        places.values().stream()
                .flatMap(place -> place.readers.stream())
                .distinct()
                .forEach(group -> commits.put(group, topics.commits(group)));
        return commits;
    }

    private long lagBytes(int partition) {
        return measured[partition] + sinceMeasured[partition];
    }

    /**
     * Tells whether the next stage waits for a block, or has had it: of what it has had, some may
     * lie before it amid a block that is not whole.
     */
    synchronized boolean isAwaited(int partition, long sequence) {
        return sequence <= awaited[partition];
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

    /** Returns who was the slowest reader when the broker was asked last. */
    synchronized String slowest() {
        return slowest;
    }

    /** Returns the lag of the slowest reader over all partitions. */
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

    /** What a topic's records weigh, which groups read them, and what these are called. */
    private record Place(double recordBytes, List<String> readers, String reader) {}
}
