package org.lexicographer.pipeline.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.lexicographer.pipeline.Topics;

/**
 * Creates the topics of the control messages, so that a service can start before all others.
 *
 * <p>Run specs, evaluations and progress are compacted: the last value of a key is kept. Shards and
 * dictionaries are kept for good. What was rejected is kept for four weeks. Each topic is as
 * replicated as the broker makes topics by default.
 */
public final class ControlTopics {

    /** Partitions of the dataset shards: how many runs can be tokenized side by side. */
    private static final int SHARD_PARTITIONS = 4;

    /** An attempt fails soon enough for readiness to name it as what a start waits for. */
    private static final Map<String, Object> ANSWER_SOON =
            Map.of(
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);

    private static final Map<String, String> LAST_VALUE =
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    private static final Map<String, String> FOR_GOOD =
            Map.of(
                    TopicConfig.RETENTION_MS_CONFIG, "-1",
                    TopicConfig.RETENTION_BYTES_CONFIG, "-1");

    /** A rejected record may be a whole block. */
    private static final Map<String, String> FOUR_WEEKS =
            Map.of(
                    TopicConfig.RETENTION_MS_CONFIG,
                    Long.toString(Duration.ofDays(28).toMillis()),
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    Integer.toString(9 << 20));

    private static final List<ControlTopic> ALL =
            List.of(
                    new ControlTopic(Topics.RUNS, 1, LAST_VALUE),
                    new ControlTopic(Topics.DATASET_SHARDS, SHARD_PARTITIONS, FOR_GOOD),
                    new ControlTopic(Topics.DICTIONARIES, 1, FOR_GOOD),
                    new ControlTopic(Topics.EVALUATIONS, 1, LAST_VALUE),
                    new ControlTopic(Topics.RUN_PROGRESS, 1, LAST_VALUE),
                    new ControlTopic(Topics.REJECTED, 1, FOUR_WEEKS));

    private ControlTopics() {}

    /**
     * A topic as it is created.
     *
     * @param name its name within the installation
     * @param partitions how many it has
     * @param settings what stays in it
     */
    public record ControlTopic(String name, int partitions, Map<String, String> settings) {

        private NewTopic in(Installation installation) {
            String atBrokers = installation.atBrokers(name);
            return new NewTopic(atBrokers, Optional.of(partitions), Optional.empty())
                    .configs(settings);
        }
    }

    /** Returns all control topics. */
    public static List<ControlTopic> all() {
        return ALL;
    }

    /**
     * Creates the control topics that do not exist yet; those that do stay as they are.
     *
     * @throws org.apache.kafka.common.KafkaException when the brokers cannot be asked or refuse, as
     *     one does that is still starting
     */
    public static void ensure(KafkaConnection kafka) {
        Admin admin = kafka.admin(ANSWER_SOON);
        try {
            admin.createTopics(ALL.stream().map(t -> t.in(kafka.installation())).toList())
                    .values()
                    .values()
                    .forEach(answer -> KafkaAnswers.await(answer, TopicExistsException.class));
        } finally {
            admin.close(Duration.ZERO);
        }
    }
}
