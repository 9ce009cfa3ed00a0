package org.lexicographer.eval.metric;

import org.lexicographer.eval.definition.Defined;
import org.lexicographer.eval.definition.Definition;

/**
 * What each figure of an evaluation means: the one place of ids, versions, formulas, units, and the
 * tokens that a figure is over.
 *
 * <p>Letters in the formulas: x is the activation to be reconstructed (of the site that is read, or
 * of the other site for a dictionary that reconstructs another), x^ its reconstruction, e = x - x^,
 * f the latents, p_i the density of latent i (the share of tokens on which f_i != 0), D the width
 * of x, F the number of latents, &lt;.&gt; the mean over tokens. A figure whose denominator is zero
 * does not exist and is left out of the evaluation.
 */
public enum MetricDefinition implements Defined {
    /** Mean squared error per element; the post's MSE. */
    MSE("mse", 1, "squared activation", "<|e|^2> / D", Over.TOKENS, Source.POST),

    /** Mean length of the error vector; dictionary_learning prints it as {@code l2_loss}. */
    ERROR_NORM("error_norm", 1, "activation", "<|e|>", Over.TOKENS, Source.DICTIONARY_LEARNING),

    /** Mean sum of the latents' absolute values. */
    L1("l1", 1, "latent", "<sum_i |f_i|>", Over.TOKENS, Source.POST),

    /** Mean number of active latents; a latent is active on a token where it is not 0. */
    L0("l0", 1, "latents", "<#{i: f_i != 0}>", Over.TOKENS, Source.POST),

    /** Share of the latents that are active on at least one token; grows with their number. */
    FRACTION_ALIVE(
            "fraction_alive",
            1,
            "share of latents",
            "#{i: f_i != 0 on some token} / F",
            Over.TOKENS,
            Source.DICTIONARY_LEARNING),

    /**
     * Share of the latents that are active on at least one of the first 8192 tokens; the post's
     * figure, which counts on one batch of that size. Left out when there are fewer tokens.
     */
    FRACTION_ALIVE_8192(
            "fraction_alive_8192",
            1,
            "share of latents",
            "#{i: f_i != 0 on some token} / F",
            Over.FIRST_8192_TOKENS,
            Source.POST),

    /**
     * Mean number of tokens on which a latent is active in a context in which it is active at all;
     * latents that never are, are left out. Large for what describes whole texts, near 1 for single
     * tokens.
     */
    CONSISTENT_ACTIVATION(
            "consistent_activation",
            1,
            "tokens per context",
            "mean over alive i of #{tokens: f_i != 0} / #{contexts: f_i != 0 on some token}",
            Over.TOKENS,
            Source.SAE_BENCH_LATENTS),

    /** Share of the latents that are active on more than 1 % of the tokens. */
    FREQ_OVER_1_PERCENT(
            "freq_over_1_percent",
            1,
            "share of latents",
            "#{i: p_i > 0.01} / F",
            Over.TOKENS,
            Source.SAE_BENCH_LATENTS),

    /** Share of the latents that are active on more than 10 % of the tokens. */
    FREQ_OVER_10_PERCENT(
            "freq_over_10_percent",
            1,
            "share of latents",
            "#{i: p_i > 0.1} / F",
            Over.TOKENS,
            Source.SAE_BENCH_LATENTS),

    /** Share that the latents of {@link #FREQ_OVER_1_PERCENT} have in L0. */
    NORMALIZED_FREQ_OVER_1_PERCENT(
            "normalized_freq_over_1_percent",
            1,
            "share of activity",
            "(sum of p_i over i with p_i > 0.01) / sum_i p_i",
            Over.TOKENS,
            Source.SAE_BENCH_LATENTS),

    /** Share that the latents of {@link #FREQ_OVER_10_PERCENT} have in L0. */
    NORMALIZED_FREQ_OVER_10_PERCENT(
            "normalized_freq_over_10_percent",
            1,
            "share of activity",
            "(sum of p_i over i with p_i > 0.1) / sum_i p_i",
            Over.TOKENS,
            Source.SAE_BENCH_LATENTS),

    /** Mean logarithm of the latents' densities; a dead latent counts as -10. */
    MEAN_LOG10_DENSITY(
            "mean_log10_density",
            1,
            "log10 of a share of tokens",
            "mean over i of log10(p_i + 1e-10)",
            Over.TOKENS,
            Source.SAE_LENS),

    /**
     * Share of the latents that are active on fewer than one in 100,000 tokens; says little when
     * there are not several times as many tokens.
     */
    DENSITY_BELOW_1E_5(
            "density_below_1e_5",
            1,
            "share of latents",
            "#{i: p_i < 1e-5} / F",
            Over.TOKENS,
            Source.SAE_LENS),

    /** The same for one in a million. */
    DENSITY_BELOW_1E_6(
            "density_below_1e_6",
            1,
            "share of latents",
            "#{i: p_i < 1e-6} / F",
            Over.TOKENS,
            Source.SAE_LENS),

    /** How close an encoder row is to the nearest other one, in the mean; 1 for twins. */
    AVERAGE_MAX_ENCODER_COSINE_SIM(
            "average_max_encoder_cosine_sim",
            1,
            "cosine",
            "mean over i of max over j != i of cos(W_enc[i], W_enc[j])",
            Over.WEIGHTS,
            Source.SAE_BENCH_WEIGHTS),

    /** The same for decoder rows. */
    AVERAGE_MAX_DECODER_COSINE_SIM(
            "average_max_decoder_cosine_sim",
            1,
            "cosine",
            "mean over i of max over j != i of cos(W_dec[i], W_dec[j])",
            Over.WEIGHTS,
            Source.SAE_BENCH_WEIGHTS),

    /**
     * Share of the variance that is lost, about the mean of all tokens: an error that is the same
     * on every token counts.
     */
    FRACTION_OF_VARIANCE_UNEXPLAINED(
            "fraction_of_variance_unexplained",
            1,
            "share",
            "<|e|^2> / <|x - <x>|^2>",
            Over.TOKENS,
            Source.STATISTICS),

    /**
     * dictionary_learning's share of the variance that is explained. An error that is the same on
     * every token is invisible to it.
     */
    FRAC_VARIANCE_EXPLAINED(
            "frac_variance_explained",
            1,
            "share",
            "mean over batches of 1 - sum_d Var(e_d) / sum_d Var(x_d)",
            Over.BATCHES,
            Source.DICTIONARY_LEARNING),

    /**
     * SAEBench's share of the variance that is explained, token by token: a token near the mean has
     * a large say. Tokens that are the mean are left out.
     */
    EXPLAINED_VARIANCE_LEGACY(
            "explained_variance_legacy",
            1,
            "share",
            "<1 - |e|^2 / |x - m|^2>, m the mean of x over the token's batch",
            Over.TOKENS_OF_BATCHES,
            Source.SAE_BENCH_VARIANCE),

    /**
     * Mean cosine of the angle between x and x^. A reconstruction 0 counts as cosine 0; tokens with
     * x = 0 are left out.
     */
    COSINE_SIMILARITY(
            "cosine_similarity",
            1,
            "cosine",
            "<x.x^ / (|x| |x^|)>",
            Over.TOKENS,
            Source.DICTIONARY_LEARNING),

    /** Mean ratio of the lengths of x^ and x; tokens with x = 0 are left out. */
    L2_RATIO("l2_ratio", 1, "ratio", "<|x^| / |x|>", Over.TOKENS, Source.DICTIONARY_LEARNING),

    /** Below 1 when reconstructions are too short, as an L1 penalty makes them. */
    RELATIVE_RECONSTRUCTION_BIAS(
            "relative_reconstruction_bias",
            1,
            "ratio",
            "<|x^|^2> / <x.x^>",
            Over.TOKENS,
            Source.GATED),

    /** The language model's own mean next-token cross-entropy. */
    LOSS_ORIGINAL(
            "loss_original",
            1,
            "nats per token",
            "mean of -ln p(next token)",
            Over.PREDICTIONS,
            Source.POST),

    /** The same with x replaced by x^ at every position. */
    LOSS_RECONSTRUCTED(
            "loss_reconstructed",
            1,
            "nats per token",
            "mean of -ln p(next token), x replaced by x^",
            Over.PREDICTIONS,
            Source.POST),

    /** The same with x replaced by 0 at every position. */
    LOSS_ZERO(
            "loss_zero",
            1,
            "nats per token",
            "mean of -ln p(next token), x replaced by 0",
            Over.PREDICTIONS,
            Source.POST),

    /**
     * How much of the loss that zeroing costs the reconstruction gets back: 1 for the identity, 0
     * for the zero dictionary. A ratio of means over all predictions.
     */
    LOSS_RECOVERED(
            "loss_recovered",
            1,
            "share",
            "(loss_zero - loss_reconstructed) / (loss_zero - loss_original)",
            Over.PREDICTIONS,
            Source.SAE_BENCH),

    /** The same as a mean of the ratios of single batches. */
    FRAC_RECOVERED(
            "frac_recovered",
            1,
            "share",
            "mean over batches of loss_recovered",
            Over.BATCHES,
            Source.DICTIONARY_LEARNING),

    /**
     * How far the language model's next tokens are from its own when x is replaced by x^; unlike
     * the loss, it counts every token's probability and no text's luck.
     */
    KL_DIVERGENCE(
            "kl_divergence",
            1,
            "nats per token",
            "mean of KL(p || p^) = sum_v p(v) ln(p(v) / p^(v)), x replaced by x^ in p^",
            Over.POSITIONS,
            Source.SAE_BENCH_KL),

    /** The same with x replaced by 0 at every position. */
    KL_DIVERGENCE_ZERO(
            "kl_divergence_zero",
            1,
            "nats per token",
            "mean of KL(p || p0) = sum_v p(v) ln(p(v) / p0(v)), x replaced by 0 in p0",
            Over.POSITIONS,
            Source.SAE_BENCH_KL),

    /**
     * How much of the divergence that zeroing brings the reconstruction spares: 1 for the identity,
     * 0 for the zero dictionary. A ratio of means over all positions.
     */
    KL_DIVERGENCE_SCORE(
            "kl_divergence_score",
            1,
            "share",
            "(kl_divergence_zero - kl_divergence) / kl_divergence_zero",
            Over.POSITIONS,
            Source.SAE_BENCH_KL);

    private final Definition definition;

    MetricDefinition(
            String id, int version, String unit, String formula, String over, String source) {
        this.definition = new Definition(id, version, unit, formula, over, source);
    }

    @Override
    public Definition definition() {
        return definition;
    }

    /** What figures are over. */
    private static final class Over {
        static final String TOKENS = "every position of every context";
        static final String FIRST_8192_TOKENS = "the first 8192 positions, context after context";
        static final String PREDICTIONS =
                "every position but the last of every context; replaced at every position";
        static final String POSITIONS = "every position of every context; replaced there too";
        static final String BATCHES = "forward passes of tokenBlock.contexts contexts each";
        static final String TOKENS_OF_BATCHES = TOKENS + ", in " + BATCHES;
        static final String WEIGHTS = "no tokens: the weights alone";
    }

    /** Who defined what. */
    private static final class Source {
        static final String POST =
                "Marks, Mueller: Some open source dictionaries and dictionary learning"
                        + " infrastructure (2023)";
        static final String DICTIONARY_LEARNING = "dictionary_learning 0.1, evaluation.py";
        static final String GATED = "Rajamanoharan et al., arXiv 2404.16014, eq. 10";
        static final String SAE_BENCH = "the post; SAEBench core, ce_loss_score";
        static final String SAE_BENCH_KL = "SAEBench core 0.6, kl_div_score";
        static final String SAE_BENCH_LATENTS =
                "SAEBench core 0.6, feature_density, consistent_activation_heuristic, misc";
        static final String SAE_BENCH_VARIANCE = "SAEBench core 0.6, explained_variance_legacy";
        static final String SAE_BENCH_WEIGHTS = "SAEBench core 0.6, calculate_max_cosine_sim";
        static final String SAE_LENS = "SAELens, sparsity of feature densities in training logs";
        static final String STATISTICS = "1 - R^2 over all tokens and dimensions together";
    }
}
