package org.lexicographer.activation.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class BlockQueueTest {

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final BlockQueue queue = new BlockQueue(2);

    private void add(int partition, long sequence) {
        queue.add(
                new QueuedBlock(
                        sequence,
                        List.of(new ConsumerRecord<>("t", partition, 0, new byte[8], new byte[0])),
                        1,
                        false,
                        new CompletableFuture<>()));
    }

    private List<Long> takeAll(Predicate<QueuedBlock> open) throws InterruptedException {
        List<Long> taken = new ArrayList<>();
        for (var block = queue.take(AT_ONCE, open);
                block.isPresent();
                block = queue.take(AT_ONCE, open)) {
            taken.add(block.get().sequence());
        }
        return taken;
    }

    @Test
    void theLowestNumberLeavesFirst() throws InterruptedException {
        // Given
        add(1, 1);
        add(1, 4);
        add(0, 0);
        add(0, 3);

        // Then
        assertThat(takeAll(block -> true)).containsExactly(0L, 1L, 3L, 4L);
    }

    @Test
    void withinAPartitionTheOrderOfReadingCounts() throws InterruptedException {
        // Given
        add(0, 3);
        add(0, 0);

        // Then
        assertThat(takeAll(block -> true)).containsExactly(3L, 0L);
    }

    @Test
    void aClosedPartitionKeepsItsBlocks() throws InterruptedException {
        // Given
        add(0, 0);
        add(1, 1);

        // Then
        assertThat(takeAll(block -> block.partition() == 1)).containsExactly(1L);
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void aPartitionIsFullByItself() {
        // Given
        add(0, 0);
        add(0, 3);
        add(1, 1);

        // Then
        assertThat(queue.isFull(0)).isTrue();
        assertThat(queue.isFull(1)).isFalse();
        assertThat(queue.isFull(2)).isFalse();
    }

    @Test
    void aPartitionThatIsGivenUpIsForgotten() throws InterruptedException {
        // Given
        add(0, 0);
        add(1, 1);

        // When
        List<QueuedBlock> dropped = queue.drop(0);

        // Then
        assertThat(dropped).extracting(QueuedBlock::sequence).containsExactly(0L);
        assertThat(takeAll(block -> true)).containsExactly(1L);
        assertThat(queue.drop(2)).isEmpty();
    }
}
