package org.lexicographer.tokenizer.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.MessageDoor;

/** Reads records of the dataset shards' topic, in one way for all who read them. */
public final class DatasetRecords {

    private DatasetRecords() {}

    /**
     * Reads a record.
     *
     * @param partitions the topic's number of partitions
     * @throws InvalidFieldsException when the record is no message about the run that is its key,
     *     or lies in a partition where nobody looks for it
     */
    public static DatasetMessage read(ConsumerRecord<String, byte[]> record, int partitions) {
        DatasetMessage message = MessageDoor.dataset(MessageDoor.key(record.key()), record.value());
        int partition = DatasetPartitions.of(message.run(), partitions);
        new Checks()
                .that(
                        "(partition)",
                        record.partition() == partition,
                        "record in the wrong partition, use the default partitioner (murmur2)",
                        partition,
                        record.partition())
                .end();
        return message;
    }
}
