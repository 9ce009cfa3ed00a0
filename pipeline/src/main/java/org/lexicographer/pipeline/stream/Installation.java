package org.lexicographer.pipeline.stream;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.lexicographer.pipeline.Topics;

/**
 * One installation of the services among others on the same brokers. Within an installation, topics
 * and groups have the names of {@link Topics}, and so have they in what it stores; on the brokers
 * its prefix stands before each of them, and before the ids of its clients. The connection to the
 * brokers leads from the one to the other.
 *
 * @param prefix one word that ends in a dot, such as {@code blue.}, or empty
 */
public record Installation(String prefix) {

    /** No dot within it, so that no prefix is the beginning of another one. */
    private static final Pattern PREFIX = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?\\.");

    /** What names of an installation that is alone begin with. */
    private static final Set<String> BEGINNINGS =
            Set.of(
                    Topics.TOKEN_BLOCKS,
                    Topics.RESIDUAL_BLOCKS,
                    Topics.ACTIVATION_BLOCKS,
                    Topics.ACTIVATION_GROUPS,
                    Topics.TRAINER_GROUPS,
                    "tokenizer-service.",
                    "eval-service.");

    /** The only installation on its brokers, whose names are those of the topics. */
    public static final Installation ALONE = new Installation("");

    /**
     * Checks the prefix.
     *
     * @throws IllegalArgumentException when names with it could be those of another installation,
     *     or no names for Kafka
     */
    public Installation {
        requireNonNull(prefix, "prefix is null");
        if (!prefix.isEmpty() && !PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    ("kafka.prefix is no prefix: expected=at most 40 of a-z, 0-9 and -, and a dot"
                                    + " after them, found=%s")
                            .formatted(prefix));
        }
        if (BEGINNINGS.contains(prefix)) {
            throw new IllegalArgumentException(
                    "kafka.prefix begins names of an installation without one: found=" + prefix);
        }
    }

    /** Returns what the brokers call a topic, group or client. */
    public String atBrokers(String own) {
        return prefix + own;
    }

    /** Returns what the brokers call a partition. */
    public TopicPartition atBrokers(TopicPartition own) {
        return prefix.isEmpty() ? own : new TopicPartition(prefix + own.topic(), own.partition());
    }

    /** Returns what matches at the brokers what the pattern matches within the installation. */
    public Pattern atBrokers(Pattern own) {
        return prefix.isEmpty() ? own : Pattern.compile(Pattern.quote(prefix) + own.pattern());
    }

    /** Tells whether a name at the brokers may be one of this installation. */
    public boolean isOwn(String atBrokers) {
        return atBrokers.startsWith(prefix);
    }

    /**
     * Returns what this installation calls a topic or group of its own.
     *
     * @throws IllegalArgumentException when it belongs to another installation
     */
    public String own(String atBrokers) {
        if (!isOwn(atBrokers)) {
            throw new IllegalArgumentException(
                    "name of another installation: expected prefix=%s, found=%s"
                            .formatted(prefix, atBrokers));
        }
        return atBrokers.substring(prefix.length());
    }

    /** Returns what this installation calls a partition of its own; errors as in {@link #own}. */
    public TopicPartition own(TopicPartition atBrokers) {
        return prefix.isEmpty()
                ? atBrokers
                : new TopicPartition(own(atBrokers.topic()), atBrokers.partition());
    }

    /** Returns a record of a topic of its own under the topic's own name. */
    public <K, V> ConsumerRecord<K, V> own(ConsumerRecord<K, V> atBrokers) {
        return prefix.isEmpty()
                ? atBrokers
                : new ConsumerRecord<>(
                        own(atBrokers.topic()),
                        atBrokers.partition(),
                        atBrokers.offset(),
                        atBrokers.timestamp(),
                        atBrokers.timestampType(),
                        atBrokers.serializedKeySize(),
                        atBrokers.serializedValueSize(),
                        atBrokers.key(),
                        atBrokers.value(),
                        atBrokers.headers(),
                        atBrokers.leaderEpoch());
    }
}
