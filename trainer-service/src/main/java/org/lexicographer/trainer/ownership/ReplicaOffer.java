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

    /** More than any replica has. */
    private static final long ENDLESS = 1L << 50;

    /** Of versions that say nothing: they take what they are given. */
    static final ReplicaOffer UNKNOWN = new ReplicaOffer(new MemoryAmount(ENDLESS, ENDLESS), 0);

    private static final byte VERSION = 1;

    /** What 0.2.0 and later write; of these, versions that know devices write more. */
    private static final int BYTES = 1 + 3 * Long.BYTES;

    private static final int BYTES_WITH_DEVICE = BYTES + Long.BYTES;

    ByteBuffer write() {
        return ByteBuffer.allocate(BYTES_WITH_DEVICE)
                .put(VERSION)
                .putLong(budget.onHeap())
                .putLong(budget.offHeap())
                .putLong(change)
                .putLong(budget.onDevice())
                .flip();
    }

    /**
     * Reads what a member has said; what later versions say beside is passed over. One that says
     * nothing of a device is taken for a replica of the reader's kind, as earlier versions did:
     * where that has a GPU, so has the member, and takes of it what it is given.
     *
     * @param reader what the replica promises that reads
     */
    static ReplicaOffer read(ByteBuffer written, MemoryAmount reader) {
        long unsaid = reader.hasDevice() ? ENDLESS : 0;
        if (written == null || written.remaining() < BYTES) {
            return new ReplicaOffer(UNKNOWN.budget().withDevice(unsaid), UNKNOWN.change());
        }
        ByteBuffer bytes = written.duplicate();
        bytes.get();
        MemoryAmount ofProcess = new MemoryAmount(bytes.getLong(), bytes.getLong());
        long change = bytes.getLong();
        long device = bytes.remaining() < Long.BYTES ? unsaid : bytes.getLong();
        return new ReplicaOffer(ofProcess.withDevice(device), change);
    }
}
