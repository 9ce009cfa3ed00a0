package org.lexicographer.eval.latent.effect;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.DirectLogits;
import org.lexicographer.pipeline.Site;

/**
 * The direct effects of a dictionary's latents on logits: each decoder row, as a direction in the
 * residual stream (see {@link DirectLogits}), times the unembedding, for all tokens. The decoder's
 * bias is not part of them. Exact in float32, the same bits for each latent whatever the others.
 *
 * <p>Costs 2 F V D operations, and memory for {@link #AT_A_TIME} effects and a tile of products.
 */
public final class DirectEffects {

    /** How many effects are in memory at a time, unless a vocabulary is larger: 64 MiB. */
    private static final int AT_A_TIME = 1 << 24;

    /** How many tokens' effects are computed in one product. */
    private static final int TOKENS = 8192;

    private final DirectLogits logits;
    private final Site target;
    private final int atATime;

    /**
     * Looks at dictionaries of a site.
     *
     * @param logits of the language model
     * @param target the site that the dictionaries reconstruct
     */
    public DirectEffects(DirectLogits logits, Site target) {
        this(logits, target, AT_A_TIME);
    }

    DirectEffects(DirectLogits logits, Site target, int atATime) {
        this.logits = requireNonNull(logits, "logits is null");
        this.target = requireNonNull(target, "target is null");
        this.atATime = atATime;
    }

    /**
     * Returns the effect of each latent; empty when the site is not added to the stream by linear
     * maps alone, as {@code mlp.in}.
     *
     * @param decoder float32 (F, Dout), which stays the caller's, on the model's device
     * @throws IllegalArgumentException when the model has no such site, or it has another width
     */
    public Optional<List<LogitEffect>> of(NDArray decoder, NormWeights weights) {
        try (NDManager scope = decoder.getManager().newSubManager()) {
            NDArray rows = decoder.reshape(decoder.getShape()); // (F, Dout)
            rows.attach(scope);
            return logits.inStream(target, rows)
                    .map(directions -> effects(weights.apply(logits, directions))); // (F, D)
        }
    }

    private List<LogitEffect> effects(NDArray directions) {
        int latents = Math.toIntExact(directions.getShape().get(0));
        int step = Math.clamp(atATime / logits.vocabularySize(), 1, latents);
        List<LogitEffect> effects = new ArrayList<>(latents);
        float[] values = new float[Math.multiplyExact(step, logits.vocabularySize())];
        for (int from = 0; from < latents; from += step) {
            int count = Math.min(step, latents - from);
            fill(values, directions, from, count);
            effects.addAll(summaries(values, count));
        }
        return effects;
    }

    /** Computes the effects of some latents on all tokens, latent after latent. */
    private void fill(float[] values, NDArray directions, int first, int count) {
        int vocabulary = logits.vocabularySize();
        try (NDManager scope = directions.getManager().newSubManager()) {
            NDArray some =
                    directions.get(
                            scope, new NDIndex("%d:%d".formatted(first, first + count))); // (n, D)
            for (int from = 0; from < vocabulary; from += TOKENS) {
                int tokens = Math.min(TOKENS, vocabulary - from);
                try (NDArray products = logits.products(some, from, from + tokens)) { // (n, tokens)
                    float[] part = products.toFloatArray();
                    for (int row = 0; row < count; row++) {
                        System.arraycopy(
                                part, row * tokens, values, row * vocabulary + from, tokens);
                    }
                }
            }
        }
    }

    private List<LogitEffect> summaries(float[] values, int count) {
        int vocabulary = logits.vocabularySize();
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(row -> LogitEffect.of(values, row * vocabulary, vocabulary))
                .toList();
    }
}
