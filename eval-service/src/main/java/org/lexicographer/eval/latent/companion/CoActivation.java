package org.lexicographer.eval.latent.companion;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.latent.column.IntColumn;

/**
 * Which latents are active on the same tokens: of each latent, those with the largest Jaccard index
 * and those with the largest phi coefficient, exact on the tokens that were added.
 *
 * <p>With a and b the numbers of tokens on which two latents are active, c that on which both are,
 * and n that of all tokens, the Jaccard index is c / (a + b - c), and phi, the correlation of being
 * active, (n c - a b) / sqrt(a b (n - a) (n - b)).
 *
 * <p>The tokens of each latent are kept in lists, and some latents at a time are counted together
 * with all later ones: each pair once. Memory is 4 bytes for each active latent of each token,
 * twice while they are counted, and 4 MiB, or 4 bytes for each latent where those are more; time
 * half the sum over tokens of the square of their active latents.
 */
public final class CoActivation {

    /** How many counts of pairs are in memory at a time: 4 MiB. */
    private static final int COUNTS_AT_A_TIME = 1 << 20;

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
        for (int position = 1; position < ends.length; position++) {
            ends[position] += ends[position - 1];
        }
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

    private static int start(int[] ends, int position) {
        return position == 0 ? 0 : ends[position - 1];
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
        return all(Math.clamp(COUNTS_AT_A_TIME / Math.max(1, dictionarySize), 1, COUNTS_AT_A_TIME));
    }

    /** Counts so many latents at a time together with the later ones. */
    List<OfLatent> all(int atATime) {
        return new PairCounts(this, Math.min(atATime, dictionarySize)).all();
    }
}
