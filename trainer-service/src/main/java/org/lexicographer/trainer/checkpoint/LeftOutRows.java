package org.lexicographer.trainer.checkpoint;

/**
 * How many rows of the blocks that a job has taken are not trained on.
 *
 * @param excluded rows of positions and special tokens that the run leaves out
 * @param highNorm rows whose norm was too far above the median of their block
 */
public record LeftOutRows(long excluded, long highNorm) {

    /** Nothing is left out. */
    public static final LeftOutRows NONE = new LeftOutRows(0, 0);

    /** Returns the counts after one more block. */
    public LeftOutRows plus(int moreExcluded, int moreHighNorm) {
        return new LeftOutRows(excluded + moreExcluded, highNorm + moreHighNorm);
    }
}
