package org.lexicographer.tokenizer.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.message.DatasetEnd;

class DatasetRecordsTest {

    private static final int PARTITIONS = 4;
    private static final String END = "{\"run\": \"demo\", \"end\": true}";

    @Test
    void readsAMessageUnderItsRun() {
        assertThat(DatasetRecords.read(record(0, "demo", END), PARTITIONS))
                .isEqualTo(new DatasetEnd("demo"));
    }

    @Test
    void refusesWhatNoJobWouldFind() {
        assertThatThrownBy(() -> DatasetRecords.read(record(0, "demo", null), PARTITIONS))
                .hasMessage("(whole): missing: expected=a value, found=nothing");
        assertThatThrownBy(() -> DatasetRecords.read(record(0, null, END), PARTITIONS))
                .hasMessage("(key): key is not that of the message: expected=demo, found=null");
        assertThatThrownBy(() -> DatasetRecords.read(record(1, "demo", END), PARTITIONS))
                .hasMessageContaining("record in the wrong partition")
                .hasMessageEndingWith("found=%d".formatted(home() + 1));
    }

    private static int home() {
        return DatasetPartitions.of("demo", PARTITIONS);
    }

    private static ConsumerRecord<String, byte[]> record(int away, String key, String value) {
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        return new ConsumerRecord<>("dataset-shards", home() + away, 0, key, bytes);
    }
}
