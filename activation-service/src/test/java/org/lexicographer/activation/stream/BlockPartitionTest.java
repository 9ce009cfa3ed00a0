package org.lexicographer.activation.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.lexicographer.activation.TestRuns;
import org.lexicographer.pipeline.block.ResidualBlock;
import org.lexicographer.pipeline.block.ResidualBlockFormat;
import org.lexicographer.pipeline.run.RunStages;

class BlockPartitionTest {

    private static final int PARTITIONS = 4;
    private static final RunStages STAGES =
            RunStages.of(
                    TestRuns.spec(
                            "demo", json -> json.withObject("/languageModel").put("stages", 2)));
    private static final BlockSource TOKENS = tokens(0);
    private static final BlockSource RESIDUALS = BlockSource.residuals(STAGES, 1);

    private static BlockSource tokens(long firstBlock) {
        return BlockSource.tokens(STAGES, firstBlock);
    }

    private static ConsumerRecord<byte[], byte[]> part(
            long offset, long sequence, int part, int parts) {
        byte[] key = ByteBuffer.allocate(8).putLong(sequence).array();
        ResidualBlock block =
                new ResidualBlock(
                        sequence, part, parts, 1, 1, new int[] {7}, ByteBuffer.allocate(4));
        return new ConsumerRecord<>(
                RESIDUALS.topic(), 1, offset, key, ResidualBlockFormat.encode(block));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, long sequence) {
        byte[] key = ByteBuffer.allocate(8).putLong(sequence).array();
        return new ConsumerRecord<>("token-blocks.demo", 1, offset, key, new byte[0]);
    }

    @Test
    void commitsOnlyBehindBlocksThatAreAllStored() {
        // Given
        BlockPartition partition = BlockPartition.fromStart(TOKENS, 1, PARTITIONS);
        QueuedBlock first = partition.admit(record(0, 1)).orElseThrow();
        QueuedBlock second = partition.admit(record(1, 5)).orElseThrow();

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
        BlockPartition partition = BlockPartition.fromStart(TOKENS, 1, PARTITIONS);

        // When
        partition
                .admit(record(0, 1))
                .orElseThrow()
                .stored()
                .completeExceptionally(new IllegalStateException());

        // Then
        assertThat(partition.takeStored()).isEmpty();
    }

    @Test
    void continuesWhereTheCommittedOffsetSays() {
        // Given
        BlockPartition partition =
                BlockPartition.from(TOKENS, new OffsetAndMetadata(2, "next=9"), PARTITIONS);

        // Then
        assertThatExceptionOfType(LostBlockException.class)
                .isThrownBy(() -> partition.admit(record(2, 13)))
                .withMessage(
                        "token block missing: expected=9, found=13, topic=token-blocks.demo,"
                                + " partition=1, offset=2");
        assertThat(partition.admit(record(2, 9))).isPresent();
    }

    @Test
    void anOffsetThatSomebodyElseCommittedIsTakenAsItIs() {
        // Given
        BlockPartition partition =
                BlockPartition.from(TOKENS, new OffsetAndMetadata(2), PARTITIONS);

        // Then
        assertThat(partition.admit(record(2, 13))).isPresent();
        assertThatExceptionOfType(LostBlockException.class)
                .isThrownBy(() -> partition.admit(record(3, 21)));
    }

    @Test
    void aBlockThatWasSeenIsPassedOverAndCommitted() {
        // Given
        BlockPartition partition =
                BlockPartition.from(TOKENS, new OffsetAndMetadata(2, "next=9"), PARTITIONS);

        // Then
        assertThat(partition.admit(record(2, 5))).isEmpty();
        assertThat(partition.takeStored()).contains(new OffsetAndMetadata(3, "next=9"));
    }

    @Test
    void aStreamThatStartsLaterIsMissingNothingBefore() {
        // Given: blocks 7, 8, 9, ... of which this partition has 9 first
        BlockPartition partition = BlockPartition.fromStart(tokens(7), 1, PARTITIONS);

        // Then
        assertThat(partition.next()).isEqualTo(9);
        assertThat(BlockPartition.fromStart(tokens(7), 3, PARTITIONS).next()).isEqualTo(7);
        assertThat(partition.admit(record(0, 9))).isPresent();
    }

    @Test
    void aRecordWithoutANumberIsLost() {
        // Given
        BlockPartition partition = BlockPartition.fromStart(TOKENS, 1, PARTITIONS);
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

    @Test
    void aBlockIsWholeWithItsLastPart() {
        // Given
        BlockPartition partition = BlockPartition.fromStart(RESIDUALS, 1, PARTITIONS);

        // When
        assertThat(partition.admit(part(0, 41, 0, 3))).isEmpty();
        assertThat(partition.admit(part(1, 41, 1, 3))).isEmpty();
        QueuedBlock whole = partition.admit(part(2, 41, 2, 3)).orElseThrow();

        // Then: the topic may begin with any block
        assertThat(whole.sequence()).isEqualTo(41);
        assertThat(whole.records()).extracting(ConsumerRecord::offset).containsExactly(0L, 1L, 2L);
        whole.stored().complete(null);
        assertThat(partition.takeStored()).contains(new OffsetAndMetadata(3, "next=45"));
    }

    /** A writer that was killed amid block 41 writes all of its parts again. */
    @Test
    void partsThatAreRepeatedAmidABlockAreDropped() {
        // Given
        BlockPartition partition = BlockPartition.fromStart(RESIDUALS, 1, PARTITIONS);
        partition.admit(part(0, 41, 0, 3));
        partition.admit(part(1, 41, 1, 3));

        // When
        assertThat(partition.admit(part(2, 41, 0, 3))).isEmpty();

        // Then: whoever continued at offset 3 would miss the first parts
        assertThat(partition.takeStored()).isEmpty();
        assertThat(partition.admit(part(3, 41, 1, 3))).isEmpty();
        QueuedBlock whole = partition.admit(part(4, 41, 2, 3)).orElseThrow();
        assertThat(whole.records()).extracting(ConsumerRecord::offset).containsExactly(0L, 1L, 4L);
        whole.stored().complete(null);
        assertThat(partition.takeStored()).contains(new OffsetAndMetadata(5, "next=45"));
    }

    @Test
    void partsOfABlockThatWasTakenAreDroppedAndCommitted() {
        // Given
        BlockPartition partition =
                BlockPartition.from(RESIDUALS, new OffsetAndMetadata(3, "next=45"), PARTITIONS);

        // When
        assertThat(partition.admit(part(3, 41, 1, 3))).isEmpty();
        assertThat(partition.admit(part(4, 41, 2, 3))).isEmpty();

        // Then
        assertThat(partition.takeStored()).contains(new OffsetAndMetadata(5, "next=45"));
        assertThat(partition.admit(part(5, 45, 0, 1))).isPresent();
    }

    @Test
    void aMissingPartIsNamed() {
        // Given
        BlockPartition partition = BlockPartition.fromStart(RESIDUALS, 1, PARTITIONS);
        partition.admit(part(0, 41, 0, 3));

        // Then
        assertThatExceptionOfType(LostBlockException.class)
                .isThrownBy(() -> partition.admit(part(1, 41, 2, 3)))
                .withMessage(
                        "residual block missing: sequence=41, expected part=1, found=2,"
                                + " topic=residual-blocks.demo.1, partition=1, offset=1");
    }

    @Test
    void aDamagedPartIsLost() {
        // Given
        BlockPartition partition = BlockPartition.fromStart(RESIDUALS, 1, PARTITIONS);
        ConsumerRecord<byte[], byte[]> damaged = part(0, 41, 0, 1);
        damaged.value()[20] ^= 1;

        // Then
        assertThatExceptionOfType(RejectedRecordException.class)
                .isThrownBy(() -> partition.admit(damaged))
                .withMessageStartingWith("residual block lost: sequence=41, topic=residual-blocks")
                .withMessageContaining("checksum mismatch");
    }
}
