package org.lexicographer.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.block.ActivationBlock;
import org.lexicographer.pipeline.block.ActivationBlockFormat;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

class BlockSequenceTest {

    private static final String TOPIC = "activation-blocks.run.embed";
    private static final int PARTITIONS = 2;

    private final long[] offsets = new long[PARTITIONS];

    private BlockSequence sequence(long next) {
        Map<TopicPartition, Long> start = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            start.put(new TopicPartition(TOPIC, i), 0L);
        }
        return new BlockSequence(TOPIC, PARTITIONS, next, start);
    }

    private static byte[] block(long sequence, int part, int parts) {
        ByteBuffer values = ByteBuffer.allocate(Float.BYTES);
        return ActivationBlockFormat.encode(
                new ActivationBlock(sequence, part, parts, 0, 1, ActivationType.FLOAT32, values));
    }

    private ConsumerRecord<Long, byte[]> record(long sequence, byte[] value) {
        int partition = (int) (sequence % PARTITIONS);
        return new ConsumerRecord<>(TOPIC, partition, offsets[partition]++, sequence, value);
    }

    private void offer(BlockSequence sequence, long number, int part, int parts) {
        sequence.offer(record(number, block(number, part, parts)));
    }

    private static List<Long> pollAll(BlockSequence sequence) {
        List<Long> numbers = new ArrayList<>();
        for (var block = sequence.poll(); block.isPresent(); block = sequence.poll()) {
            numbers.add(block.get().getFirst().sequence());
        }
        return numbers;
    }

    @Test
    void takesBlocksInSequenceHoweverTheyWereRead() {
        BlockSequence sequence = sequence(0);
        offer(sequence, 1, 0, 1);
        offer(sequence, 3, 0, 1);
        assertThat(pollAll(sequence)).isEmpty();

        offer(sequence, 0, 0, 1);
        offer(sequence, 2, 0, 1);
        assertThat(pollAll(sequence)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void dropsWhatItHasSeen() {
        BlockSequence sequence = sequence(0);
        offer(sequence, 0, 0, 1);
        offer(sequence, 0, 0, 1);
        offer(sequence, 1, 0, 1);
        offer(sequence, 2, 0, 1);
        offer(sequence, 0, 0, 1);
        offer(sequence, 2, 0, 1);
        offer(sequence, 4, 0, 1);

        assertThat(pollAll(sequence)).containsExactly(0L, 1L, 2L);
        assertThat(sequence.next()).isEqualTo(3);
    }

    @Test
    void putsPartsInOrderWhenSomeWereSentAgain() {
        BlockSequence sequence = sequence(0);
        offer(sequence, 0, 0, 3);
        offer(sequence, 0, 1, 3);
        assertThat(sequence.poll()).isEmpty();
        offer(sequence, 0, 0, 3);
        offer(sequence, 0, 1, 3);
        offer(sequence, 0, 2, 3);

        assertThat(sequence.poll().orElseThrow())
                .extracting(ActivationBlock::part)
                .containsExactly(0, 1, 2);
    }

    @Test
    void namesTheBlockThatIsMissing() {
        BlockSequence sequence = sequence(0);
        offer(sequence, 2, 0, 1);

        assertThatThrownBy(sequence::poll)
                .isInstanceOf(MissingBlockException.class)
                .hasMessage(
                        "activation block missing: expected=0, found=2, topic=%s, offset=0"
                                .formatted(TOPIC));
    }

    @Test
    void namesThePartThatIsMissing() {
        BlockSequence sequence = sequence(0);
        offer(sequence, 0, 1, 2);

        assertThatThrownBy(sequence::poll)
                .isInstanceOf(MissingBlockException.class)
                .hasMessageContaining("sequence=0, expected=0, found=1");
    }

    @Test
    void setsADamagedBlockAsideAndNamesIt() {
        BlockSequence sequence = sequence(0);
        offer(sequence, 0, 0, 1);
        byte[] damaged = block(1, 0, 1);
        damaged[damaged.length - 1] ^= 1;
        sequence.offer(record(1, damaged));
        assertThat(sequence.poll()).isPresent();

        assertThatExceptionOfType(RejectedBlockException.class)
                .isThrownBy(sequence::poll)
                .withMessageStartingWith(
                        "activation block lost: sequence=1, topic=%s, partition=1, offset=0, reason="
                                .formatted(TOPIC))
                .withMessageContaining("checksum mismatch")
                .satisfies(e -> assertThat(e.sequence()).isEqualTo(1))
                .satisfies(e -> assertThat(e.rejected().value()).isEqualTo(damaged));
    }

    @Test
    void setsABlockAsideThatLiesUnderAnotherKey() {
        BlockSequence sequence = sequence(0);
        sequence.offer(record(0, block(2, 0, 1)));

        assertThatExceptionOfType(RejectedBlockException.class)
                .isThrownBy(sequence::poll)
                .withMessageEndingWith("reason=block under another key: key=0, sequence=2");
    }

    @Test
    void setsARecordWithoutAKeyAside() {
        BlockSequence sequence = sequence(0);
        sequence.offer(new ConsumerRecord<>(TOPIC, 0, 0, null, block(0, 0, 1)));

        assertThatExceptionOfType(RejectedBlockException.class)
                .isThrownBy(sequence::poll)
                .withMessageEndingWith("reason=key or value is absent");
    }

    @Test
    void continuesAfterTheLastBlockTaken() {
        BlockSequence sequence = sequence(0);
        offer(sequence, 0, 0, 2);
        offer(sequence, 0, 1, 2);
        offer(sequence, 1, 0, 1);
        offer(sequence, 2, 0, 2);
        pollAll(sequence);

        Map<TopicPartition, Long> next = new HashMap<>();
        sequence.addOffsets(next);
        assertThat(next)
                .containsEntry(new TopicPartition(TOPIC, 0), 2L)
                .containsEntry(new TopicPartition(TOPIC, 1), 1L);
    }
}
