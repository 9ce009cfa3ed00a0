package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.InvalidFieldsException;

class RunOwnerTest {

    private static ConsumerRecord<String, byte[]> record(Optional<RunOwner> owner) {
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>("runs", 0, 0, "run", new byte[0]);
        Headers headers = RunOwner.headers(owner);
        headers.forEach(record.headers()::add);
        return record;
    }

    @Test
    void anOwnerComesAlongWithTheRun() {
        Optional<RunOwner> owner = Optional.of(new RunOwner("zoë@example.org"));

        assertThat(RunOwner.of(record(owner))).isEqualTo(owner);
        assertThat(RunOwner.of(record(Optional.empty()))).isEmpty();
    }

    @Test
    void theObjectIsAsItWasWritten() {
        String stored = "{\"owner\":\"alice\"}";

        assertThat(new String(new RunOwner("alice").toJson(), UTF_8)).isEqualTo(stored);
        assertThat(RunOwner.read(stored.getBytes(UTF_8))).isEqualTo(new RunOwner("alice"));
    }

    @Test
    void nobodyIsNoOwner() {
        assertThatExceptionOfType(InvalidFieldsException.class).isThrownBy(() -> new RunOwner(" "));
    }
}
