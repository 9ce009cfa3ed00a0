package org.lexicographer.trainer.memory;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What of a process's memory is left for jobs: one arithmetic for what a replica promises and for
 * what a container has to ask for. docs/memory.md says where the numbers are from.
 *
 * <p>A JVM takes all of the heap that it is allowed sooner or later, so all of it counts as taken:
 *
 * <pre>
 *   limit = {@link #BASE} + largest heap + native memory of jobs
 *   largest heap = {@link #HEAP_BASE} + arrays of jobs
 * </pre>
 *
 * <p>Of a GPU's memory, what is there without a job counts as taken, and of the rest a share that
 * stays between the pieces that libtorch has cut it into:
 *
 * <pre>
 *   limit of the GPU = {@link #DEVICE_BASE} + arrays of jobs / (1 - {@link #DEVICE_MARGIN})
 * </pre>
 */
public final class MemoryBudget {

    /** What the process takes beside its heap without a job: code, threads, libraries. */
    public static final long BASE = 550_000_000;

    /** What the process takes of its heap without a job. */
    public static final long HEAP_BASE = 128L << 20;

    /**
     * What the process takes of a GPU without a job: CUDA's context and the kernels of its
     * libraries. Reckoned, not measured.
     */
    public static final long DEVICE_BASE = 1_000_000_000;

    /** The share of the rest that jobs are not promised. Reckoned, not measured. */
    public static final double DEVICE_MARGIN = 1.0 / 8;

    private MemoryBudget() {}

    /**
     * Returns what jobs may take.
     *
     * @param limit the most memory that the process may take
     * @param mostHeap the most of it that is heap
     */
    public static MemoryAmount of(long limit, long mostHeap) {
        return new MemoryAmount(
                Math.max(0, mostHeap - HEAP_BASE), Math.max(0, limit - mostHeap - BASE));
    }

    /**
     * Returns what jobs may take of a GPU; never nothing, by which a replica is known to have one.
     *
     * @param limit the most memory of it that the process may take
     */
    public static long ofDevice(long limit) {
        return Math.max(1, (long) ((limit - DEVICE_BASE) * (1 - DEVICE_MARGIN)));
    }

    /**
     * What a process needs.
     *
     * @param limit the most memory that it takes
     * @param mostHeap the most of it that is heap
     * @param device the most memory of a GPU that it takes; 0 where jobs take none, and not in JSON
     *     then
     */
    public record ProcessSize(
            long limit, long mostHeap, @JsonInclude(JsonInclude.Include.NON_DEFAULT) long device) {}

    /** Returns the smallest process whose jobs may take so much. */
    public static ProcessSize sizeFor(MemoryAmount jobs) {
        long heap = HEAP_BASE + jobs.onHeap();
        return new ProcessSize(BASE + heap + jobs.offHeap(), heap, deviceFor(jobs));
    }

    private static long deviceFor(MemoryAmount jobs) {
        return jobs.hasDevice()
                ? DEVICE_BASE + (long) Math.ceil(jobs.onDevice() / (1 - DEVICE_MARGIN))
                : 0;
    }
}
