package org.lexicographer.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * Which token blocks a job has taken, noted where their rows enter the shuffle buffer and saved
 * with the state that they became part of: the proof that every context is trained on exactly once.
 *
 * @param ranges runs of consecutive blocks, in the order in which they were taken; one when nothing
 *     was skipped or taken twice
 */
public record SequenceLog(List<Range> ranges) {

    /** The log of a job that has taken nothing. */
    public static final SequenceLog EMPTY = new SequenceLog(List.of());

    /** Copies the list. */
    public SequenceLog {
        ranges = List.copyOf(ranges);
    }

    /**
     * Consecutive blocks.
     *
     * @param first the number of the first block
     * @param last the number of the last block
     * @param rows the number of rows in all of them
     */
    public record Range(long first, long last, long rows) {}

    /** Returns the log after one more block. */
    public SequenceLog with(long sequence, int rows) {
        List<Range> extended = new ArrayList<>(ranges);
        if (ranges.isEmpty() || ranges.getLast().last() + 1 != sequence) {
            extended.add(new Range(sequence, sequence, rows));
        } else {
            Range last = extended.removeLast();
            extended.add(new Range(last.first(), sequence, last.rows() + rows));
        }
        return new SequenceLog(extended);
    }

    /** Returns the number of rows taken. */
    public long rows() {
        return ranges.stream().mapToLong(Range::rows).sum();
    }
}
