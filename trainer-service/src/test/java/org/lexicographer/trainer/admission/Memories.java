package org.lexicographer.trainer.admission;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.lexicographer.pipeline.Site;
import org.lexicographer.trainer.memory.JobNeed;
import org.lexicographer.trainer.memory.MemoryAmount;

/** Replicas' memories, and what jobs need, for tests. */
public final class Memories {

    /** A replica with more memory than any test asks for. */
    public static final ReplicaMemory PLENTY = withRoomFor(1L << 40);

    private static final int ATTEMPTS = 3;

    private Memories() {}

    /** A replica that promises as many bytes on the heap and as many beside it. */
    public static ReplicaMemory withRoomFor(long bytes) {
        return new ReplicaMemory(amount(bytes), 4 * bytes, OptionalLong::empty, ATTEMPTS);
    }

    /** A replica that promises so many bytes of its process twice, and of a GPU. */
    public static ReplicaMemory withGpu(long bytes, long device) {
        return new ReplicaMemory(
                amount(bytes).withDevice(device), 4 * bytes, OptionalLong::empty, ATTEMPTS);
    }

    /** As many bytes on the heap and as many beside it. */
    public static MemoryAmount amount(long bytes) {
        return new MemoryAmount(bytes, bytes);
    }

    /** Every job needs as many bytes on the heap and as many beside it. */
    public static JobNeeds each(long bytes) {
        return each(JobNeed.anywhere(amount(bytes)));
    }

    /** Every job needs so much of a process with a GPU twice, and of the GPU. */
    public static JobNeeds eachOnGpu(long bytes, long device) {
        return each(new JobNeed(amount(bytes + device), amount(bytes).withDevice(device)));
    }

    private static JobNeeds each(JobNeed need) {
        return spec -> {
            Map<Site, JobNeed> needs = new TreeMap<>();
            spec.sites().forEach(site -> needs.put(site, need));
            return Optional.of(needs);
        };
    }
}
