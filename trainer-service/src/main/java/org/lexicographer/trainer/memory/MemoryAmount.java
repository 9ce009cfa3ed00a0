package org.lexicographer.trainer.memory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Bytes of memory. Those on the heap, beside it and on a GPU are apart, because none can stand in
 * for another: what a JVM does not need of its heap it does not give away.
 *
 * @param onHeap bytes of Java arrays
 * @param offHeap bytes of native memory of the process
 * @param onDevice bytes of a GPU's memory; 0 where recipes are on the CPU, and not in JSON then
 */
public record MemoryAmount(
        long onHeap, long offHeap, @JsonInclude(JsonInclude.Include.NON_DEFAULT) long onDevice) {

    /** Nothing. */
    public static final MemoryAmount NONE = new MemoryAmount(0, 0);

    private static final double GIGA = 1e9;

    /** An amount of a process's memory, without a GPU's. */
    public MemoryAmount(long onHeap, long offHeap) {
        this(onHeap, offHeap, 0);
    }

    /** Returns the same with so many bytes of a GPU's memory. */
    public MemoryAmount withDevice(long bytes) {
        return new MemoryAmount(onHeap, offHeap, bytes);
    }

    /** Returns both together. */
    public MemoryAmount plus(MemoryAmount other) {
        return new MemoryAmount(
                onHeap + other.onHeap, offHeap + other.offHeap, onDevice + other.onDevice);
    }

    /** Returns what is left of this without the other. */
    public MemoryAmount minus(MemoryAmount other) {
        return new MemoryAmount(
                onHeap - other.onHeap, offHeap - other.offHeap, onDevice - other.onDevice);
    }

    /** Tells whether there is room for this in the other. */
    public boolean fitsInto(MemoryAmount room) {
        return onHeap <= room.onHeap && offHeap <= room.offHeap && onDevice <= room.onDevice;
    }

    /** Tells whether some of it is a GPU's. */
    public boolean hasDevice() {
        return onDevice != 0;
    }

    /** Returns all bytes. */
    @JsonIgnore
    public long total() {
        return onHeap + offHeap + onDevice;
    }

    /**
     * Returns the amount as a person reads it, {@code 2.72 GB beside the heap and 0.35 GB on it},
     * or {@code 0.35 GB beside the heap, 0.21 GB on it and 2.72 GB on the GPU}.
     */
    public String text() {
        return textBeside(this);
    }

    /** Returns the text that names a GPU if the other one does. */
    public String textBeside(MemoryAmount other) {
        return other.hasDevice()
                ? "%.2f GB beside the heap, %.2f GB on it and %.2f GB on the GPU"
                        .formatted(offHeap / GIGA, onHeap / GIGA, onDevice / GIGA)
                : "%.2f GB beside the heap and %.2f GB on it"
                        .formatted(offHeap / GIGA, onHeap / GIGA);
    }
}
