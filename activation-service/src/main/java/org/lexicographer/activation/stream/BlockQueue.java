package org.lexicographer.activation.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The blocks that were read and not yet taken, a few per partition. They leave in the order of
 * their numbers, as far as they are here, and never out of order within a partition.
 */
public final class BlockQueue {

    private final int blocksPerPartition;
    private final Map<Integer, Deque<QueuedBlock>> partitions = new TreeMap<>();
    private int size;

    /** Creates an empty queue that is full with so many blocks of a partition. */
    public BlockQueue(int blocksPerPartition) {
        this.blocksPerPartition = blocksPerPartition;
    }

    /** Adds a block at the end of its partition. */
    public synchronized void add(QueuedBlock block) {
        partitions.computeIfAbsent(block.partition(), p -> new ArrayDeque<>()).add(block);
        size++;
        notifyAll();
    }

    /** Tells whether no more blocks of the partition should be read for now. */
    public synchronized boolean isFull(int partition) {
        Deque<QueuedBlock> blocks = partitions.get(partition);
        return blocks != null && blocks.size() >= blocksPerPartition;
    }

    /**
     * Takes the block with the lowest number among those that come next in their partition and may
     * be taken; empty when none came within the time.
     */
    public synchronized Optional<QueuedBlock> take(Duration atMost, Predicate<QueuedBlock> open)
            throws InterruptedException {
        Optional<QueuedBlock> block = poll(open);
        if (block.isEmpty()) {
            wait(atMost.toMillis());
            block = poll(open);
        }
        return block;
    }

    private Optional<QueuedBlock> poll(Predicate<QueuedBlock> open) {
        Optional<QueuedBlock> lowest =
                partitions.values().stream()
                        .map(Deque::peek)
                        .filter(block -> block != null && open.test(block))
                        .min(Comparator.comparingLong(QueuedBlock::sequence));
        lowest.ifPresent(
                block -> {
                    partitions.get(block.partition()).remove();
                    size--;
                });
        return lowest;
    }

    /** Forgets the blocks of a partition and returns them. */
    public synchronized List<QueuedBlock> drop(int partition) {
        Deque<QueuedBlock> dropped = partitions.remove(partition);
        if (dropped == null) {
            return List.of();
        }
        size -= dropped.size();
        return List.copyOf(dropped);
    }

    /** Returns how many blocks are queued. */
    public synchronized int size() {
        return size;
    }
}
