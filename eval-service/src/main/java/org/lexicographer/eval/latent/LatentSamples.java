package org.lexicographer.eval.latent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pass B: an exact histogram of each latent's values over its range, and what it does in the
 * contexts that are kept of it: the top ones of pass A, and of five intervals of its largest value
 * those with the smallest {@link SampleHash}. A context is in the interval of its maximum. Contexts
 * in which it is silent are sampled in the same way.
 *
 * <p>The result is the same whatever the parts that it was merged from, and their order.
 */
public final class LatentSamples {

    /** How many contexts are kept of an interval. */
    public static final int KEPT_OF_INTERVAL = 5;

    /** How many contexts are kept in which a latent is silent. */
    public static final int KEPT_SILENT = 50;

    private final LatentCounts counts;
    private final long seed;
    private final int[] bins; // (F, BINS)
    private final SmallestHashes intervals; // (F * INTERVALS)
    private final SmallestHashes silent; // (F)
    private final List<Map<Integer, Occurrence>> kept; // (F), by context

    /**
     * Starts with no contexts.
     *
     * @param counts what pass A found on all contexts
     * @param seed what the samples depend on, beside latent and context
     */
    public LatentSamples(LatentCounts counts, long seed) {
        int size = counts.dictionarySize();
        this.counts = counts;
        this.seed = seed;
        this.bins = new int[Math.multiplyExact(size, LatentRange.BINS)];
        this.intervals = new SmallestHashes(size * LatentRange.INTERVALS, KEPT_OF_INTERVAL);
        this.silent = new SmallestHashes(size, KEPT_SILENT);
        this.kept = new ArrayList<>(size);
        for (int latent = 0; latent < size; latent++) {
            kept.add(new HashMap<>());
        }
    }

    /**
     * Adds a context.
     *
     * @throws IllegalArgumentException when a value is not in the range that pass A found
     */
    public void add(ContextLatents context) {
        int next = 0;
        for (int place = 0; place < context.active(); place++) {
            int latent = context.latent(place);
            addSilent(next, latent, context.number());
            addActive(context, place);
            next = latent + 1;
        }
        addSilent(next, counts.dictionarySize(), context.number());
    }

    private void addSilent(int from, int to, int context) {
        for (int latent = from; latent < to; latent++) {
            silent.offer(latent, SampleHash.of(seed, latent, context), context);
        }
    }

    private void addActive(ContextLatents context, int place) {
        int latent = context.latent(place);
        LatentRange range = range(latent);
        for (int entry = context.start(place); entry < context.end(place); entry++) {
            checkInRange(context.value(entry), range, latent);
            bins[latent * LatentRange.BINS + range.bin(context.value(entry))]++;
        }
        int interval = range.interval(context.value(context.largest(place)));
        long hash = SampleHash.of(seed, latent, context.number());
        boolean sampled = intervals.offer(group(latent, interval), hash, context.number());
        if (sampled || counts.top().has(latent, context.number())) {
            keep(latent, Occurrence.of(context, place));
        }
    }

    private static void checkInRange(float value, LatentRange range, int latent) {
        if (value < range.smallest() || value > range.largest()) {
            throw new IllegalArgumentException(
                    "value outside of the first pass's range: smallest=%s, largest=%s, found=%s, latent=%d"
                            .formatted(range.smallest(), range.largest(), value, latent));
        }
    }

    private void keep(int latent, Occurrence occurrence) {
        Map<Integer, Occurrence> own = kept.get(latent);
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

    private static int group(int latent, int interval) {
        return latent * LatentRange.INTERVALS + interval;
    }

    /** Adds the samples of other contexts, of the same counts and seed. */
    public void merge(LatentSamples other) {
        for (int i = 0; i < bins.length; i++) {
            bins[i] = Math.addExact(bins[i], other.bins[i]);
        }
        intervals.add(other.intervals);
        silent.add(other.silent);
        for (int latent = 0; latent < kept.size(); latent++) {
            int own = latent;
            other.kept.get(latent).values().stream()
                    .filter(occurrence -> isWanted(own, occurrence.context()))
                    .forEach(occurrence -> keep(own, occurrence));
        }
    }

    private LatentRange range(int latent) {
        return new LatentRange(counts.smallest(latent), counts.largest(latent));
    }

    /** Returns how many values lie in each of {@link LatentRange#BINS} bins over a latent's range. */
    public int[] histogram(int latent) {
        int start = latent * LatentRange.BINS;
        return Arrays.copyOfRange(bins, start, start + LatentRange.BINS);
    }

    /** Returns what a latent does in its top contexts, the largest maximum first. */
    public List<Occurrence> top(int latent) {
        List<Occurrence> found = new ArrayList<>();
        for (int rank = 0; rank < counts.top().size(latent); rank++) {
            found.add(kept.get(latent).get(counts.top().context(latent, rank)));
        }
        return found;
    }

    /** Returns what a latent does in the sampled contexts of an interval, from 0 on. */
    public List<Occurrence> interval(int latent, int interval) {
        List<Occurrence> found = new ArrayList<>();
        for (int rank = 0; rank < intervals.size(group(latent, interval)); rank++) {
            found.add(kept.get(latent).get(intervals.context(group(latent, interval), rank)));
        }
        return found;
    }

    /** Returns sampled contexts in which a latent is silent. */
    public int[] silent(int latent) {
        int[] found = new int[silent.size(latent)];
        for (int rank = 0; rank < found.length; rank++) {
            found[rank] = silent.context(latent, rank);
        }
        return found;
    }
}
