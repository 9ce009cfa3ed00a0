package org.lexicographer.eval.latent.result;

import java.util.ArrayList;
import java.util.List;

/**
 * How many latents are active how often: bins of a tenth of a decade.
 *
 * @param tokens how many tokens count
 * @param latents how many latents there are
 * @param dead how many are never active, which are in no bin
 * @param bins the others, by the logarithm to base 10 of their density, without gaps up to 0
 */
public record DensityHistogram(long tokens, int latents, int dead, List<Bin> bins) {

    private static final int BINS_PER_DECADE = 10;

    public DensityHistogram {
        bins = List.copyOf(bins);
    }

    /**
     * A bin.
     *
     * @param from the smallest logarithm of a density in it
     * @param to where the next one begins; the last one has the density 1 too
     * @param count how many latents are in it
     */
    public record Bin(double from, double to, int count) {}

    /** Counts the latents of a table. */
    public static DensityHistogram of(LatentTable table) {
        int decades = Math.max(1, (int) Math.ceil(Math.log10(Math.max(1, table.tokens()))));
        int[] counts = new int[decades * BINS_PER_DECADE];
        for (int latent = 0; latent < table.size(); latent++) {
            if (table.firings()[latent] > 0) {
                double place = (Math.log10(table.density(latent)) + decades) * BINS_PER_DECADE;
                counts[Math.clamp((int) Math.floor(place), 0, counts.length - 1)]++;
            }
        }
        List<Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < counts.length; bin++) {
            bins.add(new Bin(edge(bin, decades), edge(bin + 1, decades), counts[bin]));
        }
        return new DensityHistogram(table.tokens(), table.size(), table.dead(), bins);
    }

    private static double edge(int bin, int decades) {
        return (double) (bin - decades * BINS_PER_DECADE) / BINS_PER_DECADE;
    }
}
