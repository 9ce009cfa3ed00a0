package org.lexicographer.activation.stream;

import static java.util.Objects.requireNonNull;

/**
 * A record that could not be used, as it came.
 *
 * @param topic where it was read
 * @param partition the partition that it was read from
 * @param offset its offset there
 * @param key its key
 * @param value its value
 * @param reason what was expected and what was found
 */
public record RejectedRecord(
        String topic, int partition, long offset, byte[] key, byte[] value, String reason) {

    /** Checks that topic and reason are there; key and value may be absent. */
    public RejectedRecord {
        requireNonNull(topic, "topic is null");
        requireNonNull(reason, "reason is null");
    }
}
