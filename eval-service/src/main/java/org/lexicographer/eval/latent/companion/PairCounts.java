package org.lexicographer.eval.latent.companion;

import java.util.Arrays;
import java.util.List;
import org.lexicographer.eval.latent.column.IntColumn;
import org.lexicographer.kernel.Workers;

/**
 * Counts on how many tokens each pair of latents is active, some latents at a time with all later
 * ones, and keeps for each latent those with the largest values.
 */
final class PairCounts {

    /** Latents that one thread looks at without a pause. */
    private static final int LATENTS_OF_TASK = 64;

    private final IntColumn latents;
    private final IntColumn tokenEnds;
    private final double tokens;
    private final int[] ends; // (F), where the tokens of each latent end
    private final int[] tokenOf; // (E), latent after latent
    private final int[][] together; // (latents at a time, F)
    private final SoFar[] found; // (F)

    /** Those with the largest values among the latents that were looked at. */
    private record SoFar(ClosestSoFar jaccard, ClosestSoFar phi) {

        CoActivation.OfLatent result() {
            return new CoActivation.OfLatent(jaccard.latents(), phi.latents());
        }
    }

    /**
     * Prepares to count.
     *
     * @param activity the latents of each token, which rise
     * @param atATime how many latents are counted together with the later ones at a time
     */
    PairCounts(CoActivation activity, int atATime) {
        int size = activity.dictionarySize();
        this.latents = activity.latents();
        this.tokenEnds = activity.tokenEnds();
        this.tokens = activity.tokens();
        this.ends = new int[size];
        this.tokenOf = new int[latents.size()];
        this.together = new int[atATime][size];
        this.found = new SoFar[size];
        Arrays.setAll(found, _ -> new SoFar(new ClosestSoFar(), new ClosestSoFar()));
        orderByLatent();
    }

    private void orderByLatent() {
        for (int i = 0; i < latents.size(); i++) {
            ends[latents.get(i)]++;
        }
        for (int latent = 1; latent < ends.length; latent++) {
            ends[latent] += ends[latent - 1];
        }
        int[] next = new int[ends.length];
        for (int latent = 0; latent < ends.length; latent++) {
            next[latent] = start(latent);
        }
        int i = 0;
        for (int token = 0; token < tokenEnds.size(); token++) {
            for (; i < tokenEnds.get(token); i++) {
                tokenOf[next[latents.get(i)]++] = token;
            }
        }
    }

    private int start(int latent) {
        return latent == 0 ? 0 : ends[latent - 1];
    }

    /** Returns what goes with each latent. */
    List<CoActivation.OfLatent> all() {
        for (int first = 0; first < ends.length; first += together.length) {
            count(first, Math.min(ends.length, first + together.length));
        }
        return Arrays.stream(found).map(SoFar::result).toList();
    }

    private void count(int first, int end) {
        Workers.shared().run(end - first, (i, _) -> countWithLater(first + i, together[i]));
        Workers.shared()
                .run(
                        Math.ceilDiv(ends.length, LATENTS_OF_TASK),
                        (task, _) -> {
                            int from = task * LATENTS_OF_TASK;
                            int to = Math.min(ends.length, from + LATENTS_OF_TASK);
                            for (int latent = from; latent < to; latent++) {
                                offerCounted(latent, first, end);
                            }
                        });
    }

    private void countWithLater(int latent, int[] counts) {
        Arrays.fill(counts, 0);
        for (int i = start(latent); i < ends[latent]; i++) {
            // The later ones come last.
            int k = tokenEnds.get(tokenOf[i]) - 1;
            for (int other = latents.get(k); other > latent; other = latents.get(--k)) {
                counts[other]++;
            }
        }
    }

    /** Offers a latent those that it was counted together with, in rising order. */
    private void offerCounted(int latent, int first, int end) {
        for (int other = first; other < Math.min(end, latent); other++) {
            offer(latent, other, together[other - first][latent]);
        }
        if (latent >= first && latent < end) {
            for (int other = latent + 1; other < ends.length; other++) {
                offer(latent, other, together[latent - first][other]);
            }
        }
    }

    private void offer(int latent, int other, int both) {
        if (both > 0) {
            double own = ends[latent] - start(latent);
            double others = ends[other] - start(other);
            found[latent].jaccard().offer(other, both / (own + others - both));
            found[latent].phi().offer(other, phi(own, others, both));
        }
    }

    /** A latent that is active on every token goes with no other. */
    private double phi(double own, double others, double both) {
        double divisor = Math.sqrt(own * (tokens - own)) * Math.sqrt(others * (tokens - others));
        return divisor > 0 ? (tokens * both - own * others) / divisor : 0;
    }
}
