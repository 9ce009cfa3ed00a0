package org.lexicographer.pipeline.message.progress;

import java.util.OptionalLong;
import org.lexicographer.pipeline.Checks;

/**
 * How far a trainer is in its stream of activation blocks.
 *
 * @param nextSequence the number of the block that it takes next
 * @param lagBlocks records that wait for it, where the broker said how many
 * @param lagBytes their bytes, where their size is known
 * @param excludedRows rows of positions and special tokens that the run leaves out
 * @param highNormRows rows that the run's norm filter leaves out
 */
public record StreamProgress(
        long nextSequence,
        OptionalLong lagBlocks,
        OptionalLong lagBytes,
        long excludedRows,
        long highNormRows) {

    /** Nothing was taken yet. */
    public static final StreamProgress START =
            new StreamProgress(0, OptionalLong.empty(), OptionalLong.empty(), 0, 0);

    public StreamProgress {
        new Checks().present("lagBlocks", lagBlocks).present("lagBytes", lagBytes).end();
    }

    void addTo(Figures figures) {
        figures.with(Figure.NEXT_SEQUENCE, nextSequence)
                .with(Figure.LAG_BLOCKS, lagBlocks)
                .with(Figure.LAG_BYTES, lagBytes)
                .with(Figure.EXCLUDED_ROWS, excludedRows)
                .with(Figure.HIGH_NORM_ROWS, highNormRows);
    }

    static StreamProgress read(Figures figures) {
        return new StreamProgress(
                figures.count(Figure.NEXT_SEQUENCE),
                figures.optionalCount(Figure.LAG_BLOCKS),
                figures.optionalCount(Figure.LAG_BYTES),
                figures.count(Figure.EXCLUDED_ROWS),
                figures.count(Figure.HIGH_NORM_ROWS));
    }
}
