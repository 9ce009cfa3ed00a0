package org.lexicographer.trainer.admission;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import java.util.function.Supplier;
import org.lexicographer.trainer.memory.MemoryAmount;

/**
 * The memory of a replica.
 *
 * @param budget what it promises to jobs
 * @param limit the most bytes that its process may take
 * @param used says how many bytes the process takes, where that is known
 * @param attempts how often a job may be killed in a row while its run is tried alone
 */
public record ReplicaMemory(
        MemoryAmount budget, long limit, Supplier<OptionalLong> used, int attempts) {

    public ReplicaMemory {
        requireNonNull(budget, "budget is null");
        requireNonNull(used, "used is null");
        if (attempts < 1) {
            throw new IllegalArgumentException(
                    "too few attempts: expected=at least 1, found=" + attempts);
        }
    }
}
