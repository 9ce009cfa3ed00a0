package org.lexicographer.trainer.ownership;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.stream.Installation;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns, through Kafka's group protocol, which jobs this replica owns: the owner of a site's
 * activation topic trains there. The group fetches nothing; a job reads by itself, from where its
 * checkpoint says.
 */
public final class JobOwnership implements Runnable, AutoCloseable {

    /** The consumer group of all replicas; who owns a job's topic in it owns the job. */
    public static final String GROUP = "trainer-service";

    /** A member that the group has not heard of for so long is taken for dead. */
    public static final Duration SESSION = Duration.ofSeconds(6);

    private static final Pattern TOPIC =
            Pattern.compile(Pattern.quote(Topics.ACTIVATION_BLOCKS) + "([^.]+)\\.(.+)");
    private static final Logger LOG = LoggerFactory.getLogger(JobOwnership.class);
    private static final Duration POLL = Duration.ofMillis(250);

    /** What a group waits for a member beside the jobs that it lets go of. */
    private static final Duration BESIDE_LETTING_GO = Duration.ofMinutes(3);

    /** How long to wait for answers of a broker that may be gone; what is owned goes first. */
    private static final Duration TIME_TO_LEAVE = Duration.ofSeconds(3);

    private final Installation installation;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Owner owner;
    private final WholeTopicAssignor.Round round;
    private volatile boolean closing;
    private boolean refused;

    /**
     * A job's identity.
     *
     * @param run the run
     * @param site the site that the job trains at
     */
    public record JobId(String run, Site site) implements Comparable<JobId> {

        static JobId of(String topic) {
            Matcher matcher = TOPIC.matcher(topic);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not an activation topic: topic=" + topic);
            }
            return new JobId(matcher.group(1), Site.parse(matcher.group(2)));
        }

        @Override
        public int compareTo(JobId other) {
            int byRun = run.compareTo(other.run);
            return byRun != 0 ? byRun : site.compareTo(other.site);
        }
    }

    /** Is told what it owns; all calls come from one thread. */
    public interface Owner {

        /** Called for jobs that are newly owned. */
        void gained(Set<JobId> jobs);

        /** Called for jobs that others are about to own; returns when they have stopped. */
        void released(Set<JobId> jobs);

        /** Called for jobs that others may own already. */
        void lost(Set<JobId> jobs);

        /**
         * Called again and again, for work that takes no time.
         *
         * @return runs whose jobs want owners, or want them no more, since it was called last
         */
        Set<String> tick();
    }

    /**
     * Joins the group once it is {@linkplain #run run}.
     *
     * @param owner is told what it owns
     * @param division what jobs are shared out by
     * @param timeToLetGo how long an owner may take to let go of jobs; for so long the group takes
     *     this replica for a living member
     */
    public JobOwnership(
            KafkaConnection kafka, Owner owner, JobDivision division, Duration timeToLetGo) {
        this.owner = owner;
        this.installation = kafka.installation();
        this.round = new WholeTopicAssignor.Round(division, installation);
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1500);
        long mostBetweenPolls = timeToLetGo.plus(BESIDE_LETTING_GO).toMillis();
        properties.put(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.toIntExact(mostBetweenPolls));
        // Topics appear when a run's extraction starts; a run should not wait long for its owner.
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 2000);
        properties.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(WholeTopicAssignor.class));
        properties.put(WholeTopicAssignor.ROUND, round);
        consumer =
                kafka.consumer(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void run() {
        try {
            consumer.subscribe(installation.atBrokers(TOPIC), new Listener());
            while (!closing) {
                poll();
                if (owner.tick().stream().anyMatch(round::knows)) {
                    round.change();
                }
                if (round.isDue()) {
                    consumer.enforceRebalance("runs have come or gone");
                }
            }
        } catch (WakeupException e) {
            if (!closing) {
                throw e;
            }
        } finally {
            leave();
        }
    }

    /**
     * Lets go of everything first. Closing a consumer does so too, but ends its heartbeats before:
     * after six seconds others would take jobs over whose checkpoints are still being written, and
     * these would be lost.
     */
    private void leave() {
        try {
            owner.released(jobs(consumer.assignment()));
        } finally {
            consumer.close(CloseOptions.timeout(TIME_TO_LEAVE));
        }
    }

    /** While a password is being exchanged, connections are refused; the next one may not be. */
    private void poll() {
        try {
            consumer.poll(POLL);
            refused = false;
        } catch (AuthenticationException e) {
            if (!refused) {
                LOG.warn("refused by the brokers: reason={}", e.getMessage());
            }
            refused = true;
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Leaves the group; what is owned is released first. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
    }

    private Set<JobId> jobs(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .map(partition -> JobId.of(installation.own(partition).topic()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private final class Listener implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(consumer.assignment());
            owner.gained(jobs(partitions));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            owner.released(jobs(partitions));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            owner.lost(jobs(partitions));
        }
    }
}
