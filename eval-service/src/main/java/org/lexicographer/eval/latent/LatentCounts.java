package org.lexicographer.eval.latent;

import java.util.Arrays;

/**
 * Pass A: what each latent does on a text, exactly. Contexts are added in their order; counts of
 * later contexts are merged in theirs. Sums are float64, within a part in the order of tokens, then
 * part after part; so they are a function of the text and its division into parts.
 */
public final class LatentCounts {

    private final long[] firings; // (F)
    private final double[] sums; // (F)
    private final float[] smallest; // (F)
    private final float[] largest; // (F)
    private final int[] activeContexts; // (F)
    private final LogHistogram[] histograms; // (F)
    private final TopContexts top;
    private long tokens;
    private int contexts;

    /**
     * Starts with no contexts.
     *
     * @param dictionarySize the number of latents, F
     */
    public LatentCounts(int dictionarySize) {
        this.firings = new long[dictionarySize];
        this.sums = new double[dictionarySize];
        this.smallest = new float[dictionarySize];
        this.largest = new float[dictionarySize];
        this.activeContexts = new int[dictionarySize];
        this.histograms = new LogHistogram[dictionarySize];
        this.top = new TopContexts(dictionarySize);
        Arrays.fill(smallest, Float.POSITIVE_INFINITY);
        Arrays.setAll(histograms, latent -> new LogHistogram());
    }

    /** Adds the next context. */
    public void add(ContextLatents context) {
        contexts++;
        tokens += context.tokens();
        for (int place = 0; place < context.active(); place++) {
            add(context, place);
        }
    }

    private void add(ContextLatents context, int place) {
        int latent = context.latent(place);
        for (int entry = context.start(place); entry < context.end(place); entry++) {
            float value = context.value(entry);
            sums[latent] += value;
            smallest[latent] = Math.min(smallest[latent], value);
            histograms[latent].add(value);
        }
        int peak = context.largest(place);
        firings[latent] += context.end(place) - context.start(place);
        largest[latent] = Math.max(largest[latent], context.value(peak));
        activeContexts[latent]++;
        top.offer(latent, context.number(), context.position(peak), context.value(peak));
    }

    /**
     * Adds the counts of the contexts that follow.
     *
     * @throws IllegalArgumentException when they are of a dictionary of another size
     */
    public void merge(LatentCounts later) {
        if (later.dictionarySize() != dictionarySize()) {
            throw new IllegalArgumentException(
                    "dictionary size mismatch: expected=%d, found=%d"
                            .formatted(dictionarySize(), later.dictionarySize()));
        }
        contexts += later.contexts;
        tokens += later.tokens;
        for (int latent = 0; latent < firings.length; latent++) {
            firings[latent] += later.firings[latent];
            sums[latent] += later.sums[latent];
            smallest[latent] = Math.min(smallest[latent], later.smallest[latent]);
            largest[latent] = Math.max(largest[latent], later.largest[latent]);
            activeContexts[latent] += later.activeContexts[latent];
            histograms[latent].add(later.histograms[latent]);
        }
        top.add(later.top);
    }

    /** Returns the number of latents, F. */
    public int dictionarySize() {
        return firings.length;
    }

    /** Returns the number of contexts. */
    public int contexts() {
        return contexts;
    }

    /** Returns the number of tokens that count. */
    public long tokens() {
        return tokens;
    }

    /** Returns on how many of them a latent is active. */
    public long firings(int latent) {
        return firings[latent];
    }

    /** Returns the sum of a latent's values. */
    public double sum(int latent) {
        return sums[latent];
    }

    /** Returns a latent's smallest value above 0; infinity when it is never active. */
    public float smallest(int latent) {
        return smallest[latent];
    }

    /** Returns a latent's largest value; 0 when it is never active. */
    public float largest(int latent) {
        return largest[latent];
    }

    /** Returns in how many contexts a latent is active. */
    public int activeContexts(int latent) {
        return activeContexts[latent];
    }

    /** Returns the histogram of a latent's values above 0. */
    public LogHistogram histogram(int latent) {
        return histograms[latent];
    }

    /** Returns the contexts with the largest maxima. */
    public TopContexts top() {
        return top;
    }
}
