package org.lexicographer.eval.latent;

import java.util.Arrays;

/**
 * Pass A: what each latent does on a text, exactly. Contexts are added in their order; counts of
 * later contexts are merged in theirs. Sums are float64, within a part in the order of tokens, then
 * part after part; so they are a function of the text and its division into parts.
 */
public final class LatentCounts {

    private final LatentTotals[] totals; // (F)
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
        this.totals = new LatentTotals[dictionarySize];
        this.histograms = new LogHistogram[dictionarySize];
        this.top = new TopContexts(dictionarySize);
        Arrays.fill(totals, LatentTotals.NONE);
        Arrays.setAll(histograms, latent -> new LogHistogram());
    }

    /** Adds the next context. */
    public void add(ContextLatents context) {
        addTexts(1, context.tokens());
        for (int place = 0; place < context.active(); place++) {
            add(context, place);
        }
    }

    private void add(ContextLatents context, int place) {
        int latent = context.latent(place);
        double sum = totals[latent].sum();
        float smallest = totals[latent].smallest();
        for (int entry = context.start(place); entry < context.end(place); entry++) {
            float value = context.value(entry);
            sum += value;
            smallest = Math.min(smallest, value);
            histograms[latent].add(value);
        }
        int peak = context.largest(place);
        totals[latent] =
                new LatentTotals(
                        totals[latent].firings() + context.end(place) - context.start(place),
                        sum,
                        smallest,
                        Math.max(totals[latent].largest(), context.value(peak)),
                        totals[latent].contexts() + 1);
        top.offer(latent, context.number(), context.position(peak), context.value(peak));
    }

    void addTexts(int moreContexts, long moreTokens) {
        contexts += moreContexts;
        tokens += moreTokens;
    }

    void add(int latent, LatentTotals later) {
        totals[latent] = totals[latent].plus(later);
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
        addTexts(later.contexts, later.tokens);
        for (int latent = 0; latent < totals.length; latent++) {
            add(latent, later.totals[latent]);
            histograms[latent].add(later.histograms[latent]);
        }
        top.add(later.top);
    }

    /** Returns the number of latents, F. */
    public int dictionarySize() {
        return totals.length;
    }

    /** Returns the number of contexts. */
    public int contexts() {
        return contexts;
    }

    /** Returns the number of tokens that count. */
    public long tokens() {
        return tokens;
    }

    /** Returns what a latent does, in five numbers. */
    public LatentTotals totals(int latent) {
        return totals[latent];
    }

    /** Returns on how many tokens a latent is active. */
    public long firings(int latent) {
        return totals[latent].firings();
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
