package org.lexicographer.languagemodel.kernel;

import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.Workers;

/** Shares rows among the workers, for what takes one row after the other. */
final class RowRanges {

    /** As many elements as a thread takes at a time: some microseconds' work. */
    private static final int ELEMENTS = 1 << 14;

    private RowRanges() {}

    /** What is done to some rows. */
    @FunctionalInterface
    interface Action {
        void run(int first, int end);
    }

    /** Does it to all rows. */
    static void run(Rows rows, Action action) {
        int count = rows.count();
        int atOnce = Math.max(1, ELEMENTS / rows.width());
        Workers.shared()
                .run(
                        Math.ceilDiv(count, atOnce),
                        (range, worker) -> {
                            int first = range * atOnce;
                            action.run(first, Math.min(count, first + atOnce));
                        });
    }
}
