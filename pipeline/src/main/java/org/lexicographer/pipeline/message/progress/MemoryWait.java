package org.lexicographer.pipeline.message.progress;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The memory that training at all sites of a run waits for.
 *
 * @param neededBytes what the run needs
 * @param freeBytes what is free of all replicas together
 * @param budgetBytes what all replicas have together
 * @param replicas how many there are
 */
public record MemoryWait(long neededBytes, long freeBytes, long budgetBytes, long replicas) {

    void addTo(Figures figures) {
        figures.with(Figure.MEMORY_NEEDED_BYTES, neededBytes)
                .with(Figure.MEMORY_FREE_BYTES, freeBytes)
                .with(Figure.MEMORY_BUDGET_BYTES, budgetBytes)
                .with(Figure.MEMORY_REPLICAS, replicas);
    }

    static Optional<MemoryWait> read(Figures figures) {
        OptionalLong needed = figures.optionalCount(Figure.MEMORY_NEEDED_BYTES);
        return needed.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new MemoryWait(
                                needed.getAsLong(),
                                figures.count(Figure.MEMORY_FREE_BYTES),
                                figures.count(Figure.MEMORY_BUDGET_BYTES),
                                figures.count(Figure.MEMORY_REPLICAS)));
    }
}
