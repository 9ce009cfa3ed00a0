package org.lexicographer.eval.latent.companion;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.latent.column.IntColumn;
import org.lexicographer.kernel.Workers;

/**
 * Which latents are active on the same tokens: of each latent, those with the largest Jaccard index
 * and those with the largest phi coefficient, exact on the tokens that were added.
 *
 * <p>With a and b the numbers of tokens on which two latents are active, c that on which both are,
 * and n that of all tokens, the Jaccard index is c / (a + b - c), and phi, the correlation of being
 * active, (n c - a b) / sqrt(a b (n - a) (n - b)).
 *
 * <p>The tokens of each latent are kept in lists, and counted together one latent at a time: memory
 * is 4 bytes for each active latent of each token and 4 for each latent and thread, time the sum
 * over latents of the active latents on their tokens.
 */
public final class CoActivation {

    private final int dictionarySize;
    private final IntColumn latents = new IntColumn();
    private final IntColumn tokenEnds = new IntColumn(); // of tokens with active latents
    private int tokens;

    /**
     * Starts with no tokens.
     *
     * @param dictionarySize the number of latents, F
     */
    public CoActivation(int dictionarySize) {
        this.dictionarySize = dictionarySize;
    }

    /** Adds the tokens of a context that count. */
    public void add(ContextLatents context) {
        int[] ends = new int[positions(context)];
        for (int entry = 0; entry < context.entries(); entry++) {
            ends[context.position(entry)]++;
        }
        Arrays.parallelPrefix(ends, Integer::sum);
        int[] next = new int[ends.length];
        System.arraycopy(ends, 0, next, 1, Math.max(0, ends.length - 1));
        int[] active = new int[context.entries()];
        for (int place = 0; place < context.active(); place++) {
            for (int entry = context.start(place); entry < context.end(place); entry++) {
                active[next[context.position(entry)]++] = context.latent(place);
            }
        }
        for (int position = 0; position < ends.length; position++) {
            addToken(Arrays.copyOfRange(active, start(ends, position), ends[position]));
        }
        tokens += context.tokens();
    }

    private static int positions(ContextLatents context) {
        int last = 0;
        for (int entry = 0; entry < context.entries(); entry++) {
            last = Math.max(last, context.position(entry));
        }
        return last + 1;
    }

    private void addToken(int[] active) {
        if (active.length > 0) {
            for (int latent : active) {
                latents.add(latent);
            }
            tokenEnds.add(latents.size());
        }
    }

    /** Adds the tokens of the contexts that follow. */
    public void merge(CoActivation later) {
        add(
                later.tokens,
                IntBuffer.wrap(later.latents.toArray()),
                IntBuffer.wrap(later.tokenEnds.toArray()));
    }

    /**
     * Adds more tokens.
     *
     * @param moreTokens how many, those too on which no latent is active
     * @param active the latents of one token after the other
     * @param ends where each token's end
     */
    void add(int moreTokens, IntBuffer active, IntBuffer ends) {
        int before = latents.size();
        while (active.hasRemaining()) {
            latents.add(active.get());
        }
        while (ends.hasRemaining()) {
            tokenEnds.add(before + ends.get());
        }
        tokens += moreTokens;
    }

    int dictionarySize() {
        return dictionarySize;
    }

    IntColumn latents() {
        return latents;
    }

    IntColumn tokenEnds() {
        return tokenEnds;
    }

    /** Returns the number of tokens that count. */
    public int tokens() {
        return tokens;
    }

    /**
     * What goes with one latent.
     *
     * @param jaccard by the Jaccard index
     * @param phi by the phi coefficient
     */
    public record OfLatent(CloseLatents jaccard, CloseLatents phi) {}

    /** Returns what goes with each latent; those that are never active go with none. */
    public List<OfLatent> all() {
        int[] tokenOf = new int[latents.size()];
        int[] ends = byLatent(tokenOf);
        OfLatent[] found = new OfLatent[dictionarySize];
        Workers workers = Workers.shared();
        int[][] together = new int[workers.threads()][dictionarySize];
        workers.run(
                dictionarySize,
                (latent, worker) -> {
                    Arrays.fill(together[worker], 0);
                    for (int i = start(ends, latent); i < ends[latent]; i++) {
                        countTogether(tokenOf[i], together[worker]);
                    }
                    found[latent] = close(latent, ends, together[worker]);
                });
        return List.of(found);
    }

    /** Fills in the tokens of latent after latent; returns where each latent's end. */
    private int[] byLatent(int[] tokenOf) {
        int[] ends = new int[dictionarySize];
        for (int i = 0; i < latents.size(); i++) {
            ends[latents.get(i)]++;
        }
        Arrays.parallelPrefix(ends, Integer::sum);
        int[] next = new int[dictionarySize];
        for (int latent = 0; latent < dictionarySize; latent++) {
            next[latent] = start(ends, latent);
        }
        int i = 0;
        for (int token = 0; token < tokenEnds.size(); token++) {
            for (; i < tokenEnds.get(token); i++) {
                tokenOf[next[latents.get(i)]++] = token;
            }
        }
        return ends;
    }

    private static int start(int[] ends, int latent) {
        return latent == 0 ? 0 : ends[latent - 1];
    }

    private void countTogether(int token, int[] together) {
        int start = token == 0 ? 0 : tokenEnds.get(token - 1);
        for (int i = start; i < tokenEnds.get(token); i++) {
            together[latents.get(i)]++;
        }
    }

    private OfLatent close(int latent, int[] ends, int[] together) {
        ClosestSoFar jaccard = new ClosestSoFar();
        ClosestSoFar phi = new ClosestSoFar();
        double own = ends[latent] - start(ends, latent);
        for (int other = 0; other < dictionarySize; other++) {
            if (other != latent && together[other] > 0) {
                double others = ends[other] - start(ends, other);
                double both = together[other];
                jaccard.offer(other, both / (own + others - both));
                phi.offer(other, phi(own, others, both));
            }
        }
        return new OfLatent(jaccard.latents(), phi.latents());
    }

    /** A latent that is active on every token goes with no other. */
    private double phi(double own, double others, double both) {
        double n = tokens;
        double divisor = Math.sqrt(own * (n - own)) * Math.sqrt(others * (n - others));
        return divisor > 0 ? (n * both - own * others) / divisor : 0;
    }
}
