package org.lexicographer.trainer.memory;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Bytes of memory. Those on the heap and beside it are apart, because neither can stand in for the
 * other: what a JVM does not need of its heap it does not give away.
 *
 * @param onHeap bytes of Java arrays
 * @param offHeap bytes of native memory
 */
public record MemoryAmount(long onHeap, long offHeap) {

    /** Nothing. */
    public static final MemoryAmount NONE = new MemoryAmount(0, 0);

    private static final double GIGA = 1e9;

    /** Returns both together. */
    public MemoryAmount plus(MemoryAmount other) {
        return new MemoryAmount(onHeap + other.onHeap, offHeap + other.offHeap);
    }

    /** Returns what is left of this without the other. */
    public MemoryAmount minus(MemoryAmount other) {
        return new MemoryAmount(onHeap - other.onHeap, offHeap - other.offHeap);
    }

    /** Tells whether there is room for this in the other. */
    public boolean fitsInto(MemoryAmount room) {
        return onHeap <= room.onHeap && offHeap <= room.offHeap;
    }

    /** Returns all bytes. */
    @JsonIgnore
    public long total() {
        return onHeap + offHeap;
    }

    /**
     * Returns the amount as a person reads it, {@code 2.72 GB beside the heap and 0.35 GB on it}.
     */
    public String text() {
        return "%.2f GB beside the heap and %.2f GB on it".formatted(offHeap / GIGA, onHeap / GIGA);
    }
}
