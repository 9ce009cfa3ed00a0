package org.lexicographer.activation.stream;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * The number of the block that comes next in a partition, which a stage commits beside an offset.
 */
public final class NextBlock {

    /** No number is known. */
    public static final long UNKNOWN = -1;

    private static final String NEXT = "next=";

    private NextBlock() {}

    /** Returns what a stage commits. */
    static OffsetAndMetadata commit(long offset, long next) {
        return new OffsetAndMetadata(offset, NEXT + next);
    }

    /** Returns the number in what was committed; {@link #UNKNOWN} without one. */
    public static long of(OffsetAndMetadata committed) {
        String metadata = committed.metadata();
        boolean known = metadata != null && metadata.matches(NEXT + "\\d{1,18}");
        return known ? Long.parseLong(metadata.substring(NEXT.length())) : UNKNOWN;
    }
}
