package org.lexicographer.trainer.memory;

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
 */
public final class MemoryBudget {

    /** What the process takes beside its heap without a job: code, threads, libraries. */
    public static final long BASE = 550_000_000;

    /** What the process takes of its heap without a job. */
    public static final long HEAP_BASE = 128L << 20;

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
     * What a process needs.
     *
     * @param limit the most memory that it takes
     * @param mostHeap the most of it that is heap
     */
    public record ProcessSize(long limit, long mostHeap) {}

    /** Returns the smallest process whose jobs may take so much. */
    public static ProcessSize sizeFor(MemoryAmount jobs) {
        long heap = HEAP_BASE + jobs.onHeap();
        return new ProcessSize(BASE + heap + jobs.offHeap(), heap);
    }
}
