package org.lexicographer.trainer.pending;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.trainer.checkpoint.CheckpointStore;
import org.lexicographer.trainer.ownership.JobOwnership;
import org.lexicographer.trainer.stream.JobSites;

/**
 * Finds the work that no replica does, by what the brokers know: every replica that looks comes to
 * the same answer, and one that has died owns nothing. For use by one thread.
 *
 * <p>A run is at work while it has a topic of token blocks and no end. A job is there once its
 * activation topic is, until its final dictionaries are saved. Trainers are the brake of a run when
 * one of them has half of the run's {@code maxLagBytes} to read: extraction stops when it has all
 * of it, and by then a further replica would have nothing to do.
 *
 * <p>A partition of a run's token blocks is read by one replica. What waits beyond {@link
 * #BYTES_OF_A_REPLICA} for each partition would ask for replicas that get none, and hold a language
 * model in memory for nothing: it is not counted.
 */
public final class PendingWorkCheck {

    /**
     * Bytes of token blocks that wait for each replica of activation-service: by so many in {@code
     * k8s/components/scaling} another one is added.
     */
    static final long BYTES_OF_A_REPLICA = 1 << 24;

    private static final String TOKEN_BLOCKS = Topics.tokenBlocks("");

    private final BlockTopics topics;
    private final ObjectStore objects;
    private final Function<String, List<RunProgress>> progress;

    /**
     * Looks at these topics.
     *
     * @param progress returns what the parts of a run have said last
     */
    public PendingWorkCheck(
            BlockTopics topics, ObjectStore objects, Function<String, List<RunProgress>> progress) {
        this.topics = requireNonNull(topics, "topics is null");
        this.objects = requireNonNull(objects, "objects is null");
        this.progress = requireNonNull(progress, "progress is null");
    }

    /**
     * Returns what is pending now.
     *
     * @throws org.lexicographer.objectstore.ObjectStoreException when the store does not answer
     * @throws org.apache.kafka.common.KafkaException when the brokers do not
     */
    public PendingWork look() {
        Set<String> names = topics.names();
        List<RunSpec> runs =
                names.stream()
                        .filter(name -> name.startsWith(TOKEN_BLOCKS))
                        .map(name -> name.substring(TOKEN_BLOCKS.length()))
                        .sorted()
                        .flatMap(run -> atWork(run).stream())
                        .toList();
        Map<String, Long> lag = new TreeMap<>();
        runs.forEach(run -> lag.put(run.run(), extractionLag(run)));
        return new PendingWork(runs.isEmpty() ? 0 : unowned(runs, names), lag);
    }

    private Optional<RunSpec> atWork(String run) {
        try {
            return new StoredEnds(objects).find(run).isPresent()
                    ? Optional.empty()
                    : new StoredRuns(objects).find(run);
        } catch (InvalidFieldsException e) {
            // What is not readable is nobody's work.
            return Optional.empty();
        }
    }

    private int unowned(List<RunSpec> runs, Set<String> names) {
        Set<String> owned =
                topics.assigned(JobOwnership.GROUP).stream()
                        .map(TopicPartition::topic)
                        .collect(Collectors.toSet());
        return (int)
                runs.stream()
                        .flatMap(
                                run ->
                                        run.sites().stream()
                                                .filter(site -> isThere(run, site, names))
                                                .filter(site -> !owned.contains(topic(run, site)))
                                                .filter(site -> isUnfinished(run, site)))
                        .count();
    }

    private static boolean isThere(RunSpec run, Site site, Set<String> names) {
        return names.contains(topic(run, site));
    }

    private static String topic(RunSpec run, Site site) {
        return Topics.activationBlocks(run.run(), site);
    }

    private boolean isUnfinished(RunSpec run, Site site) {
        return !CheckpointStore.peek(objects, run.run(), site).isFinished(run.training().steps());
    }

    private long extractionLag(RunSpec run) {
        long blocks =
                records(run, Topics.tokenBlocks(run.run()), Topics.activationGroup(run.run()));
        if (blocks == 0 || run.sites().stream().anyMatch(site -> isBrake(run, site))) {
            return 0;
        }
        long blockBytes = TokenBlockFormat.HEADER_LENGTH + (long) Integer.BYTES * run.blockRows();
        return Math.min(blocks * blockBytes, run.tokenBlock().partitions() * BYTES_OF_A_REPLICA);
    }

    private boolean isBrake(RunSpec run, Site site) {
        String group = Topics.trainerGroup(run.run(), site);
        double recordBytes = recordBytes(run, site);
        return JobSites.of(run, site).all().stream()
                .map(read -> Topics.activationBlocks(run.run(), read))
                .mapToDouble(topic -> records(run, topic, group) * recordBytes)
                .anyMatch(lag -> lag >= run.training().maxLagBytes() / 2.0);
    }

    /** As the job has found; of one that has read none yet, the most that a record may have. */
    private double recordBytes(RunSpec run, Site site) {
        return progress.apply(run.run()).stream()
                .map(RunProgress::part)
                .filter(TrainingProgress.class::isInstance)
                .map(TrainingProgress.class::cast)
                .filter(training -> training.site().equals(site))
                .map(TrainingProgress::stream)
                .filter(stream -> stream.lagBytes().isPresent() && lagBlocks(stream) > 0)
                .mapToDouble(stream -> (double) stream.lagBytes().getAsLong() / lagBlocks(stream))
                .findFirst()
                .orElse(ActivationBlockFormat.RECORD_BYTES);
    }

    private static long lagBlocks(StreamProgress stream) {
        return stream.lagBlocks().orElse(0);
    }

    /** Returns how many records of a topic a group has yet to take. */
    private long records(RunSpec run, String topic, String group) {
        List<TopicPartition> partitions =
                topics.existing(BlockReader.partitions(topic, run.tokenBlock().partitions()));
        Map<TopicPartition, Long> taken = new HashMap<>(topics.beginnings(partitions));
        topics.committed(group)
                .forEach((partition, offset) -> taken.merge(partition, offset, Math::max));
        return topics.ends(partitions).entrySet().stream()
                .mapToLong(end -> end.getValue() - taken.getOrDefault(end.getKey(), 0L))
                .filter(lag -> lag > 0)
                .sum();
    }
}
