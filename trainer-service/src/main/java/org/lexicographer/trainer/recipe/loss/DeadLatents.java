package org.lexicographer.trainer.recipe.loss;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Counts, for each latent, the rows since it was last active; from a given number on it is dead.
 */
public final class DeadLatents implements RecipeState.Counter {

    private static final String TOKENS = "tokensSinceActive";

    private final long deadTokens;
    private final long[] tokensSinceActive;

    public DeadLatents(int dictionarySize, long deadTokens) {
        this.deadTokens = deadTokens;
        this.tokensSinceActive = new long[dictionarySize];
    }

    /** Returns how many latents (B, F) are 0 in every row. */
    public static int silent(NDArray latents) {
        try (NDArray largest = latents.max(new int[] {0}); // (F)
                NDArray silent = largest.lte(0); // (F)
                NDArray count = silent.sum()) { // ()
            return (int) count.getLong();
        }
    }

    /**
     * Takes a batch into account.
     *
     * @param active whether each latent was active in it, (F)
     */
    public void count(boolean[] active, long rows) {
        for (int i = 0; i < tokensSinceActive.length; i++) {
            tokensSinceActive[i] = active[i] ? 0 : tokensSinceActive[i] + rows;
        }
    }

    public int dictionarySize() {
        return tokensSinceActive.length;
    }

    /** Returns the latents that are dead after a batch of so many rows unless active in it. */
    public int[] thatMayBeDeadAfter(long rows) {
        return IntStream.range(0, tokensSinceActive.length)
                .filter(latent -> tokensSinceActive[latent] + rows >= deadTokens)
                .toArray();
    }

    public int count() {
        int count = 0;
        for (long tokens : tokensSinceActive) {
            count += tokens >= deadTokens ? 1 : 0;
        }
        return count;
    }

    /** Returns 1 for every dead latent and 0 for the others. */
    public float[] mask() {
        float[] mask = new float[tokensSinceActive.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = tokensSinceActive[i] >= deadTokens ? 1 : 0;
        }
        return mask;
    }

    @Override
    public void save(SafetensorsWriter writer, String prefix) {
        writer.addLongs(
                prefix + TOKENS, List.of((long) tokensSinceActive.length), tokensSinceActive);
    }

    @Override
    public void restore(TensorSource tensors, String prefix) {
        long[] saved = tensors.longs(prefix + TOKENS);
        if (saved.length != tokensSinceActive.length) {
            throw new IllegalArgumentException(
                    "checkpoint shape mismatch: expected=[%d], found=[%d], tensor=%s"
                            .formatted(tokensSinceActive.length, saved.length, prefix + TOKENS));
        }
        System.arraycopy(saved, 0, tokensSinceActive, 0, saved.length);
    }
}
