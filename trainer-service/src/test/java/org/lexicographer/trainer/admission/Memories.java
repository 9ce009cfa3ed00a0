package org.lexicographer.trainer.admission;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.lexicographer.pipeline.Site;
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

    /** As many bytes on the heap and as many beside it. */
    public static MemoryAmount amount(long bytes) {
        return new MemoryAmount(bytes, bytes);
    }

    /** Every job needs as many bytes on the heap and as many beside it. */
    public static JobNeeds each(long bytes) {
        return spec -> {
            Map<Site, MemoryAmount> needs = new TreeMap<>();
            spec.sites().forEach(site -> needs.put(site, amount(bytes)));
            return Optional.of(needs);
        };
    }
}
