package org.lexicographer.trainer.buffer;

import java.util.Arrays;
import org.lexicographer.trainer.stream.SiteActivations;

/**
 * Leaves out rows of very large norm, such as those of attention sinks, which would rule the loss:
 * those above a multiple of the median norm of their token block, at any of the sites that are read
 * together. After {@code max_activation_norm_multiple} of dictionary_learning 0.1's buffer, which
 * takes the median over what one refresh reads; a token block, unlike that, is always the same.
 *
 * <p>The median of an even number of norms is the lower one of the middle two. A row whose norm is
 * not finite is left out too.
 */
public final class NormFilter {

    private final double maxNormMultiple;

    /** Creates a filter that keeps norms up to so many times the median. */
    public NormFilter(double maxNormMultiple) {
        this.maxNormMultiple = maxNormMultiple;
    }

    /** Tells for each row of a block whether it is kept at all sites. */
    public boolean[] kept(SiteActivations block) {
        boolean[] kept = new boolean[block.rows()];
        Arrays.fill(kept, true);
        int column = 0;
        for (int dim : block.dims()) {
            double[] norms = norms(block, column, dim);
            double limit = maxNormMultiple * median(norms);
            for (int row = 0; row < kept.length; row++) {
                kept[row] &= Double.isFinite(norms[row]) && norms[row] <= limit;
            }
            column += dim;
        }
        return kept;
    }

    private static double[] norms(SiteActivations block, int column, int dim) {
        double[] norms = new double[block.rows()];
        int width = block.width();
        for (int row = 0; row < norms.length; row++) {
            double sum = 0;
            int from = row * width + column;
            for (int i = from; i < from + dim; i++) {
                sum += (double) block.values()[i] * block.values()[i];
            }
            norms[row] = Math.sqrt(sum);
        }
        return norms;
    }

    private static double median(double[] norms) {
        double[] sorted = norms.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
    }
}
