package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.lexicographer.pipeline.Json;

/** Objects and records that commit ab4f61a (version 0.1) wrote, as they were stored. */
final class OldRecords {

    private static final String FOLDER = "/written-by-0.1/";

    private OldRecords() {}

    /** Returns an object by its key. */
    static byte[] object(String key) {
        try (InputStream content = OldRecords.class.getResourceAsStream(FOLDER + key)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns records of a topic. */
    static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return new String(object(topic + ".jsonl"), UTF_8)
                .lines()
                .map(line -> record(topic, Json.tree(line.getBytes(UTF_8))))
                .toList();
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, JsonNode line) {
        byte[] value = line.get("value").isNull() ? null : bytes(line.get("value"));
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(topic, 0, 0, bytes(line.get("key")), value);
        line.get("headers")
                .properties()
                .forEach(header -> record.headers().add(header.getKey(), bytes(header.getValue())));
        return record;
    }

    private static byte[] bytes(JsonNode text) {
        return text.textValue().getBytes(UTF_8);
    }
}
