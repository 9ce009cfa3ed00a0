package org.lexicographer.tokenizer.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.message.DatasetMessage;

/** Reads records of the dataset shards' topic, in one way for all who read them. */
public final class DatasetRecords {

    private DatasetRecords() {}

    /**
     * Reads a record.
     *
     * @param partitions the topic's number of partitions
     * @throws IllegalArgumentException when the record is no message about the run that is its key,
     *     or lies in a partition where nobody looks for it
     * @throws org.lexicographer.pipeline.InvalidFieldsException when its value is no such message
     */
    public static DatasetMessage read(ConsumerRecord<String, byte[]> record, int partitions) {
        if (record.value() == null) {
            throw new IllegalArgumentException("dataset message has no value");
        }
        DatasetMessage message = DatasetMessage.read(record.value());
        if (!message.run().equals(record.key())) {
            throw new IllegalArgumentException(
                    "record key is not the run: expected=%s, found=%s"
                            .formatted(message.run(), record.key()));
        }
        int partition = DatasetPartitions.of(message.run(), partitions);
        if (record.partition() != partition) {
            throw new IllegalArgumentException(
                    "record in the wrong partition, use the default partitioner (murmur2):"
                            + " expected=%d, found=%d".formatted(partition, record.partition()));
        }
        return message;
    }
}
