package org.lexicographer.trainer.stream;

import java.util.List;
import java.util.Optional;

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

    /**
     * Returns where the first value of a site that is not finite lies, and what it is; empty when
     * all of them are finite.
     *
     * @param site the site's place among those side by side, from 0
     */
    public Optional<String> firstNotFinite(int site) {
        int from = dims.stream().limit(site).mapToInt(Integer::intValue).sum();
        int width = width();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < dims.get(site); column++) {
                float value = values[row * width + from + column];
                if (!Float.isFinite(value)) {
                    return Optional.of("row=%d, column=%d, found=%s".formatted(row, column, value));
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the width of a row. */
    public int width() {
        return dims.stream().mapToInt(Integer::intValue).sum();
    }
}
