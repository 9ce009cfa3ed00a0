package org.lexicographer.pipeline.dataset.parquet;

import java.io.IOException;

/**
 * Finds how deep the columns of a file lie. The file has them in one list, a group before its
 * members, each with the number of its members; the library goes into them by recursion, so that a
 * list of a few hundred kilobytes would end its thread.
 */
final class SchemaDepth implements CompactThrift.Numbers {

    private static final int MOST_DEPTH = 64;

    private static final int SCHEMA = -2;
    private static final int MEMBERS = 5;

    /** How many members of each open group are still to come. */
    private final long[] missing = new long[MOST_DEPTH];

    private int depth;
    private long members;

    @Override
    public void take(int struct, int field, long value) {
        if (struct == SCHEMA && field == MEMBERS) {
            members = value;
        }
    }

    @Override
    public void end(int struct) throws IOException {
        if (struct != SCHEMA) {
            return;
        }
        if (depth > 0) {
            missing[depth - 1]--;
        }
        if (members > 0) {
            if (depth == MOST_DEPTH) {
                throw new IOException("columns nested too deeply: most=" + MOST_DEPTH);
            }
            missing[depth++] = members;
            members = 0;
        }
        while (depth > 0 && missing[depth - 1] <= 0) {
            depth--;
        }
    }
}
