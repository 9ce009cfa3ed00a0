package org.lexicographer.trainer.stream;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

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
     * Returns where the first value of a site that a type does not hold lies, and what it is; empty
     * when it holds all of them.
     *
     * @param site the site's place among those side by side, from 0
     * @param looked which rows are looked at
     */
    public Optional<Misfit> firstMisfit(int site, ActivationType type, boolean[] looked) {
        int from = dims.stream().limit(site).mapToInt(Integer::intValue).sum();
        int width = width();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; looked[row] && column < dims.get(site); column++) {
                float value = values[row * width + from + column];
                if (!type.holds(value)) {
                    return Optional.of(new Misfit(row, column, value));
                }
            }
        }
        return Optional.empty();
    }

    /** A value that is not finite, or not once it rests in a type. */
    public record Misfit(int row, int column, float value) {

        @Override
        public String toString() {
            return "row=%d, column=%d, found=%s".formatted(row, column, value);
        }
    }

    /** Returns the width of a row. */
    public int width() {
        return dims.stream().mapToInt(Integer::intValue).sum();
    }
}
