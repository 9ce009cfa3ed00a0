package org.lexicographer.eval.latent.result;

import org.lexicographer.eval.definition.Defined;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.latent.effect.NormWeights;

/** What the parts of latent statistics are, each with a name and the version of its definition. */
public enum StatisticsDefinition implements Defined {
    /** How often a latent is active. */
    DENSITY("density", 1, "share of tokens", "firings / tokens that count", Over.TOKENS),
    /** How much a latent is active where it is. */
    MEAN("mean", 1, "value of the latent", "sum of the values / firings", Over.FIRINGS),
    /** The histogram over all of float32's range. */
    LOG_HISTOGRAM(
            "logHistogram",
            1,
            "tokens",
            "values above 0, by exponent and the first two bits of the mantissa: four bins an octave",
            Over.FIRINGS),
    /** The histogram over a latent's own range. */
    HISTOGRAM(
            "histogram",
            1,
            "tokens",
            "values above 0, in 50 bins of equal width from smallest to largest",
            Over.FIRINGS),
    /** The top contexts. */
    TOP(
            "top",
            1,
            "contexts",
            "the 20 contexts with the largest maxima, equal ones by context",
            Over.CONTEXTS),
    /** The samples of intervals. */
    INTERVALS(
            "intervals",
            1,
            "contexts",
            "contexts by their maximum in 5 intervals of equal width of (0, largest]; of each the 5"
                    + " with the smallest hash of seed, latent and context",
            Over.CONTEXTS),
    /** The contexts without a latent. */
    SILENT(
            "silent",
            1,
            "contexts",
            "of the contexts in which the latent is never active, the 50 with the smallest hash of"
                    + " seed, latent and context",
            Over.CONTEXTS),
    /** The closest rows of the decoder. */
    DECODER_NEIGHBOURS(
            "decoderNeighbours",
            1,
            "cosine",
            "the 10 largest cosines with other decoder rows",
            Over.WEIGHTS),
    /** The closest columns of the encoder. */
    ENCODER_NEIGHBOURS(
            "encoderNeighbours",
            1,
            "cosine",
            "the 10 largest cosines with other encoder columns",
            Over.WEIGHTS),
    /** What is active together, as a share. */
    JACCARD(
            "jaccard",
            1,
            "share of tokens",
            "the 10 largest: tokens with both active / tokens with one active",
            Over.FIRST_TOKENS),
    /** What is active together, as a correlation. */
    PHI(
            "phi",
            1,
            "correlation",
            "the 10 largest correlations, over tokens, of being active",
            Over.FIRST_TOKENS),
    /** What a latent does to the next token's logits, without the final norm. */
    LOGIT_EFFECTS(
            NormWeights.LEFT_OUT.id(),
            NormWeights.LEFT_OUT.version(),
            "logit for each unit of the latent's value",
            "decoder row, as a direction in the stream, times the unembedding: the 10 largest, the"
                    + " 10 smallest, a histogram of 50 bins",
            Over.WEIGHTS),
    /** The same with the final norm. */
    FOLDED_LOGIT_EFFECTS(
            NormWeights.FOLDED.id(),
            NormWeights.FOLDED.version(),
            "logit for each unit of the latent's value",
            "the same as %s with the decoder row times the final norm's weights"
                    .formatted(NormWeights.LEFT_OUT.id()),
            Over.WEIGHTS);

    private final Definition definition;

    StatisticsDefinition(String id, int version, String unit, String formula, String over) {
        this.definition = new Definition(id, version, unit, formula, over, "Lexicographer");
    }

    @Override
    public Definition definition() {
        return definition;
    }

    /** What figures are over. */
    private static final class Over {
        static final String TOKENS = "every token that is not one of the model's special ones";
        static final String FIRST_TOKENS =
                "these tokens of the first contexts, as many as have 131072 positions";
        static final String FIRINGS = "those of these tokens on which the latent is active";
        static final String CONTEXTS = "every context, special tokens left out";
        static final String WEIGHTS = "no tokens: the weights alone";
    }
}
