package org.lexicographer.trainer.stream;

import java.util.List;

/**
 * The activations of one token block at the sites of a job, side by side.
 *
 * @param sequence the token block's number
 * @param rows the number of rows, N; 0 at the end of the stream
 * @param dims the width of each site's activations, D
 * @param values the activations, (N, sum of D over the sites)
 */
public record SiteActivations(long sequence, int rows, List<Integer> dims, float[] values) {

    /** Copies the widths; takes the values as they are. */
    public SiteActivations {
        dims = List.copyOf(dims);
    }

    /** Tells whether the stream ends here. */
    public boolean endsStream() {
        return rows == 0;
    }
}
