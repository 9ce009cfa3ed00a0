package org.lexicographer.pipeline.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Topics;

class RejectionTest {

    private static final byte[] KEY = "demo".getBytes(UTF_8);

    private static ConsumerRecord<byte[], byte[]> stored(Rejection rejection) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(Topics.REJECTED, 0, 7, rejection.key(), rejection.value());
        rejection.headers().forEach(record.headers()::add);
        return record;
    }

    @Test
    void whatOneServiceWritesEveryReaderReads() {
        byte[] value = {1, 2, 3};
        Rejection record =
                Rejection.of(new ConsumerRecord<>("runs", 3, 12, KEY, value), "not a run");
        Rejection line = record.because("s3://b/k.jsonl", Optional.of(9L));

        assertThat(Rejection.read(stored(record))).isEqualTo(record);
        assertThat(Rejection.read(stored(line))).isEqualTo(line);
    }

    @Test
    void theHeadersKeepTheirNames() {
        Rejection line =
                Rejection.ofText(
                                "runs",
                                new ConsumerRecord<>("blue.runs", 3, 12, "demo", null),
                                "not a run")
                        .because("s3://b/k.jsonl", Optional.of(9L));

        assertThat(
                        Stream.of(line.headers().toArray())
                                .map(h -> h.key() + "=" + new String(h.value(), UTF_8)))
                .containsExactly(
                        "reason=not a run",
                        "topic=runs",
                        "partition=3",
                        "offset=12",
                        "uri=s3://b/k.jsonl",
                        "line=9");
        assertThat(line.value()).isEmpty();
    }

    @Test
    void headersThatSayNothingUsefulAreNotKnown() {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(Topics.REJECTED, 0, 7, null, null);
        record.headers().add("line", "nine".getBytes(UTF_8));
        record.headers().add("partition", "99999999999".getBytes(UTF_8));
        record.headers().add("offset", "-3".getBytes(UTF_8));
        record.headers().add("uri", null);

        Rejection read = Rejection.read(record);

        assertThat(read.text()).isEqualTo("no reason given");
        assertThat(read.keyText()).isEmpty();
    }
}
