package org.lexicographer.tokenizer.stream;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.message.DatasetMessage;

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
}
