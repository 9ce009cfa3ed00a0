package org.lexicographer.eval.latent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pass B: an exact histogram of each latent's values over its range, and what it does in the
 * contexts that are kept of it: the top ones of pass A, and of five intervals of its largest value
 * those with the smallest {@link SampleHash}. A context is in the interval of its maximum. All of
 * that for a range of latents, so that a few at a time can be merged.
 *
 * <p>The result is the same whatever the parts that it was merged from, and their order.
 */
public final class LatentSamples {

    /** How many contexts are kept of an interval. */
    public static final int KEPT_OF_INTERVAL = 5;

    private final LatentCounts counts;
    private final long seed;
    private final int first;
    private final int end;
    private final int[] bins; // (end - first, BINS)
    private final SmallestHashes intervals; // (end - first, INTERVALS)
    private final List<Map<Integer, Occurrence>> kept; // (end - first), by context

    /** Starts with no contexts, for all latents; see the other constructor. */
    public LatentSamples(LatentCounts counts, long seed) {
        this(counts, seed, 0, counts.dictionarySize());
    }

    /**
     * Starts with no contexts.
     *
     * @param counts what pass A found on all contexts
     * @param seed what the samples depend on, beside latent and context
     * @param first the first latent that is sampled
     * @param end one past the last
     */
    public LatentSamples(LatentCounts counts, long seed, int first, int end) {
        int size = end - first;
        this.counts = counts;
        this.seed = seed;
        this.first = first;
        this.end = end;
        this.bins = new int[Math.multiplyExact(size, LatentRange.BINS)];
        this.intervals = new SmallestHashes(size * LatentRange.INTERVALS, KEPT_OF_INTERVAL);
        this.kept = new ArrayList<>(size);
        for (int latent = first; latent < end; latent++) {
            kept.add(new HashMap<>());
        }
    }

    /**
     * Adds a context; latents outside of the range are passed over.
     *
     * @throws IllegalArgumentException when a value is not in the range that pass A found
     */
    public void add(ContextLatents context) {
        for (int place = 0; place < context.active(); place++) {
            if (context.latent(place) >= first && context.latent(place) < end) {
                addActive(context, place);
            }
        }
    }

    private void addActive(ContextLatents context, int place) {
        int latent = context.latent(place);
        LatentRange range = range(latent);
        for (int entry = context.start(place); entry < context.end(place); entry++) {
            checkInRange(context.value(entry), range, latent);
            addToBin(latent, range.bin(context.value(entry)), 1);
        }
        if (offer(latent, context.number(), context.value(context.largest(place)))) {
            keep(latent, Occurrence.of(context, place));
        }
    }

    /** Adds to the count of a bin of a latent's histogram. */
    void addToBin(int latent, int bin, int count) {
        int at = (latent - first) * LatentRange.BINS + bin;
        bins[at] = Math.addExact(bins[at], count);
    }

    /** Adds what a latent does in a context whose values are in the histogram. */
    void add(int latent, Occurrence occurrence) {
        if (offer(latent, occurrence.context(), occurrence.maximum())) {
            keep(latent, occurrence);
        }
    }

    /** Tells whether a context is kept of a latent for now. */
    private boolean offer(int latent, int context, float maximum) {
        int group = group(latent, range(latent).interval(maximum));
        boolean sampled = intervals.offer(group, SampleHash.of(seed, latent, context), context);
        return sampled || counts.top().has(latent, context);
    }

    private static void checkInRange(float value, LatentRange range, int latent) {
        if (value < range.smallest() || value > range.largest()) {
            throw new IllegalArgumentException(
                    "value outside of the first pass's range: smallest=%s, largest=%s, found=%s, latent=%d"
                            .formatted(range.smallest(), range.largest(), value, latent));
        }
    }

    private void keep(int latent, Occurrence occurrence) {
        Map<Integer, Occurrence> own = kept(latent);
        own.put(occurrence.context(), occurrence);
        int mostWanted = TopContexts.KEPT + LatentRange.INTERVALS * KEPT_OF_INTERVAL;
        if (own.size() > mostWanted) {
            own.keySet().removeIf(context -> !isWanted(latent, context));
        }
    }

    private boolean isWanted(int latent, int context) {
        for (int interval = 0; interval < LatentRange.INTERVALS; interval++) {
            if (intervals.has(group(latent, interval), context)) {
                return true;
            }
        }
        return counts.top().has(latent, context);
    }

    private int group(int latent, int interval) {
        return (latent - first) * LatentRange.INTERVALS + interval;
    }

    private Map<Integer, Occurrence> kept(int latent) {
        return kept.get(latent - first);
    }

    /** Returns what a latent does in all contexts that are kept of it, the first one first. */
    List<Occurrence> all(int latent) {
        return kept(latent).values().stream()
                .filter(occurrence -> isWanted(latent, occurrence.context()))
                .sorted(Comparator.comparing(Occurrence::context))
                .toList();
    }

    int first() {
        return first;
    }

    int end() {
        return end;
    }

    private LatentRange range(int latent) {
        return LatentRange.of(counts.totals(latent));
    }

    /**
     * Returns how many values lie in each of {@link LatentRange#BINS} bins over a latent's range.
     */
    public int[] histogram(int latent) {
        int start = (latent - first) * LatentRange.BINS;
        return Arrays.copyOfRange(bins, start, start + LatentRange.BINS);
    }

    /** Returns what a latent does in its top contexts, the largest maximum first. */
    public List<Occurrence> top(int latent) {
        List<Occurrence> found = new ArrayList<>();
        for (int rank = 0; rank < counts.top().size(latent); rank++) {
            found.add(kept(latent).get(counts.top().context(latent, rank)));
        }
        return found;
    }

    /** Returns what a latent does in the sampled contexts of an interval, from 0 on. */
    public List<Occurrence> interval(int latent, int interval) {
        List<Occurrence> found = new ArrayList<>();
        for (int rank = 0; rank < intervals.size(group(latent, interval)); rank++) {
            found.add(kept(latent).get(intervals.context(group(latent, interval), rank)));
        }
        return found;
    }
}
