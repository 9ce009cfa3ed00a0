package org.lexicographer.trainer.stream;

import java.util.List;

/**
 * The activations of one token block at the sites of a job, side by side.
 *
 * @param sequence the token block's number
 * @param rows the number of rows, N
 * @param excluded how many rows of the token block were left out
 * @param dims the width of each site's activations, D
 * @param values the activations, (N, sum of D over the sites)
 */
public record SiteActivations(
        long sequence, int rows, int excluded, List<Integer> dims, float[] values) {

    /** Copies the widths; takes the values as they are. */
    public SiteActivations {
        dims = List.copyOf(dims);
    }

    /** Tells whether the stream ends here: a block neither has nor leaves out rows. */
    public boolean endsStream() {
        return rows == 0 && excluded == 0;
    }

    /** Returns the width of a row. */
    public int width() {
        return dims.stream().mapToInt(Integer::intValue).sum();
    }
}
