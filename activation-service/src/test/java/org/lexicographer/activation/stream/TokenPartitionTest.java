package org.lexicographer.activation.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class TokenPartitionTest {

    private static final int PARTITIONS = 4;

    private static ConsumerRecord<byte[], byte[]> record(long offset, long sequence) {
        byte[] key = ByteBuffer.allocate(8).putLong(sequence).array();
        return new ConsumerRecord<>("token-blocks.demo", 1, offset, key, new byte[0]);
    }

    @Test
    void commitsOnlyBehindBlocksThatAreAllStored() {
        // Given
        TokenPartition partition = TokenPartition.fromStart(1, PARTITIONS, 0);
        QueuedBlock first = partition.admit(record(0, 1));
        QueuedBlock second = partition.admit(record(1, 5));

        // When the second is stored before the first
        second.stored().complete(null);

        // Then
        assertThat(partition.takeStored()).isEmpty();
        first.stored().complete(null);
        assertThat(partition.takeStored()).contains(new OffsetAndMetadata(2, "next=9"));
        assertThat(partition.takeStored()).isEmpty();
    }

    @Test
    void aBlockThatWasNotStoredIsNeverCommitted() {
        // Given
        TokenPartition partition = TokenPartition.fromStart(1, PARTITIONS, 0);

        // When
        partition.admit(record(0, 1)).stored().completeExceptionally(new IllegalStateException());

        // Then
        assertThat(partition.takeStored()).isEmpty();
    }

    @Test
    void continuesWhereTheCommittedOffsetSays() {
        // Given
        TokenPartition partition =
                TokenPartition.from(new OffsetAndMetadata(2, "next=9"), PARTITIONS);

        // Then
        assertThatExceptionOfType(LostBlockException.class)
                .isThrownBy(() -> partition.admit(record(2, 13)))
                .withMessage(
                        "token block missing: expected=9, found=13, topic=token-blocks.demo,"
                                + " partition=1, offset=2");
        assertThat(partition.admit(record(2, 9)).stored()).isNotDone();
    }

    @Test
    void anOffsetThatSomebodyElseCommittedIsTakenAsItIs() {
        // Given
        TokenPartition partition = TokenPartition.from(new OffsetAndMetadata(2), PARTITIONS);

        // Then
        assertThat(partition.admit(record(2, 13)).stored()).isNotDone();
        assertThatExceptionOfType(LostBlockException.class)
                .isThrownBy(() -> partition.admit(record(3, 21)));
    }

    @Test
    void aBlockThatWasSeenIsPassedOverAndCommitted() {
        // Given
        TokenPartition partition =
                TokenPartition.from(new OffsetAndMetadata(2, "next=9"), PARTITIONS);

        // When
        QueuedBlock seen = partition.admit(record(2, 5));

        // Then
        assertThat(seen.stored()).isCompleted();
        assertThat(partition.takeStored()).contains(new OffsetAndMetadata(3, "next=9"));
    }

    @Test
    void aStreamThatStartsLaterIsMissingNothingBefore() {
        // Given: blocks 7, 8, 9, ... of which this partition has 9 first
        TokenPartition partition = TokenPartition.fromStart(1, PARTITIONS, 7);

        // Then
        assertThat(partition.next()).isEqualTo(9);
        assertThat(TokenPartition.fromStart(3, PARTITIONS, 7).next()).isEqualTo(7);
        assertThat(partition.admit(record(0, 9)).stored()).isNotDone();
    }

    @Test
    void aRecordWithoutANumberIsLost() {
        // Given
        TokenPartition partition = TokenPartition.fromStart(1, PARTITIONS, 0);
        ConsumerRecord<byte[], byte[]> keyless =
                new ConsumerRecord<>("token-blocks.demo", 1, 0, new byte[3], new byte[9]);

        // Then
        assertThatExceptionOfType(RejectedRecordException.class)
                .isThrownBy(() -> partition.admit(keyless))
                .withMessage(
                        "token block lost: sequence=1, topic=token-blocks.demo, partition=1,"
                                + " offset=0, reason=key is no block number")
                .satisfies(e -> assertThat(e.rejected().value()).hasSize(9));
    }
}
