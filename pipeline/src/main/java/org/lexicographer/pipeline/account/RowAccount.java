package org.lexicographer.pipeline.account;

import org.lexicographer.pipeline.Checks;

/**
 * What became of the rows that one site of a run took from the stream, each the activation of one
 * token.
 *
 * @param taken rows of all blocks that were taken
 * @param trained rows that training steps were made of
 * @param excluded rows of positions and special tokens that the run leaves out, as its spec says
 * @param highNorm rows whose norm was too far above the median of their block, as its spec says
 * @param unused rows that training still wanted, but that were too few for one more step when the
 *     dataset ended
 */
public record RowAccount(long taken, long trained, long excluded, long highNorm, long unused) {

    /** Nothing was taken yet. */
    public static final RowAccount EMPTY = new RowAccount(0, 0, 0, 0, 0);

    /** Checks the counts. */
    public RowAccount {
        new Checks()
                .notNegative("taken", taken)
                .notNegative("trained", trained)
                .notNegative("excluded", excluded)
                .notNegative("highNorm", highNorm)
                .notNegative("unused", unused)
                .end();
    }
}
