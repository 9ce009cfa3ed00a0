package org.lexicographer.trainer.ownership;

import java.nio.ByteBuffer;
import org.lexicographer.trainer.memory.MemoryAmount;

/**
 * What a member of the group says of itself when it joins.
 *
 * @param budget what it promises to jobs
 * @param change counts how often it has seen a reason to share jobs out anew: brokers ask the
 *     leader only where a member says something else than before
 */
record ReplicaOffer(MemoryAmount budget, long change) {

    /** Of versions that say nothing: they take what they are given. */
    static final ReplicaOffer UNKNOWN = new ReplicaOffer(new MemoryAmount(1L << 50, 1L << 50), 0);

    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 3 * Long.BYTES;

    ByteBuffer write() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(budget.onHeap())
                .putLong(budget.offHeap())
                .putLong(change)
                .flip();
    }

    /** Reads what a member has said; what later versions say beside is passed over. */
    static ReplicaOffer read(ByteBuffer written) {
        if (written == null || written.remaining() < BYTES) {
            return UNKNOWN;
        }
        ByteBuffer bytes = written.duplicate();
        bytes.get();
        MemoryAmount budget = new MemoryAmount(bytes.getLong(), bytes.getLong());
        return new ReplicaOffer(budget, bytes.getLong());
    }
}
