package org.lexicographer.tokenizer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.runtime.problem.ProblemException;

class SentMessagesTest {

    private static final List<DatasetMessage> MESSAGES =
            List.of(
                    new DatasetShard("a", "s3://b/1.jsonl", Split.TRAINING),
                    new DatasetShard("a", "s3://b/2.jsonl", Split.TRAINING),
                    new DatasetEnd("a"));

    private final List<DatasetMessage> sent = new ArrayList<>();

    /** Brokers that lose some of the messages. */
    private Supplier<RecordMetadata> send(DatasetMessage message, Set<DatasetMessage> lost) {
        long offset = sent.size();
        sent.add(message);
        return () -> {
            assertThat(sent).as("under way before any is waited for").hasSameSizeAs(MESSAGES);
            if (lost.contains(message)) {
                throw new KafkaException("away");
            }
            return new RecordMetadata(new TopicPartition("t", 0), offset, 0, 0, 0, 0);
        };
    }

    private List<RecordMetadata> stored(Set<DatasetMessage> lost) {
        return SentMessages.stored(MESSAGES, message -> send(message, lost));
    }

    @Test
    void allAreUnderWayBeforeAnyIsWaitedFor() {
        assertThat(stored(Set.of())).extracting(RecordMetadata::offset).containsExactly(0L, 1L, 2L);
        assertThat(sent).isEqualTo(MESSAGES);
    }

    @Test
    void whatIsNotPublishedIsNamed() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> stored(Set.of(MESSAGES.get(1), MESSAGES.get(2))))
                .withMessage(
                        "published in part: published=1, not published=2:"
                                + " [s3://b/2.jsonl, end], reason=away")
                .satisfies(e -> assertThat(e.problem().status()).isEqualTo(503));
    }

    @Test
    void brokersThatHaveNothingAreAway() {
        assertThatThrownBy(() -> stored(Set.copyOf(MESSAGES)))
                .isInstanceOf(KafkaException.class)
                .hasMessage("away");
    }
}
