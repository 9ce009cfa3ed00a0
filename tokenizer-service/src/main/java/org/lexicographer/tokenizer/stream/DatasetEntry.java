package org.lexicographer.tokenizer.stream;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.MessageDoor;
import org.lexicographer.pipeline.message.Rejection;

/**
 * A message about a dataset and where it stands.
 *
 * @param partition the partition of the dataset shards' topic
 * @param offset the offset within the partition
 * @param value the message as it came
 * @param message the message
 */
public record DatasetEntry(int partition, long offset, byte[] value, DatasetMessage message) {

    /** Checks that nothing is absent; takes the array as it is. */
    public DatasetEntry {
        requireNonNull(value, "value is null");
        requireNonNull(message, "message is null");
    }

    /** Returns the rejection of the message, as it came. */
    public Rejection rejection(String reason) {
        return new Rejection(
                new Rejection.Source(Topics.DATASET_SHARDS, partition, offset),
                MessageDoor.key(message.key()),
                value,
                reason,
                Optional.empty(),
                Optional.empty());
    }
}
