package org.lexicographer.eval.latent.result;

import org.lexicographer.eval.latent.effect.NormWeights;

/** What the parts of latent statistics are, each with a name and the version of its definition. */
public enum StatisticsDefinition {
    /** How often a latent is active. */
    DENSITY("density", 1, "firings / tokens that count"),
    /** How much a latent is active where it is. */
    MEAN("mean", 1, "sum of the values / firings"),
    /** The histogram over all of float32's range. */
    LOG_HISTOGRAM(
            "logHistogram",
            1,
            "values above 0, by exponent and the first two bits of the mantissa: four bins an octave"),
    /** The histogram over a latent's own range. */
    HISTOGRAM("histogram", 1, "values above 0, in 50 bins of equal width from smallest to largest"),
    /** The top contexts. */
    TOP("top", 1, "the 20 contexts with the largest maxima, equal ones by context"),
    /** The samples of intervals. */
    INTERVALS(
            "intervals",
            1,
            "contexts by their maximum in 5 intervals of equal width of (0, largest]; of each the 5"
                    + " with the smallest hash of seed, latent and context"),
    /** The contexts without a latent. */
    SILENT(
            "silent",
            1,
            "of the contexts in which the latent is never active, the 50 with the smallest hash of"
                    + " seed, latent and context"),
    /** The closest rows of the decoder. */
    DECODER_NEIGHBOURS("decoderNeighbours", 1, "the 10 largest cosines with other decoder rows"),
    /** The closest columns of the encoder. */
    ENCODER_NEIGHBOURS("encoderNeighbours", 1, "the 10 largest cosines with other encoder columns"),
    /** What is active together, as a share. */
    JACCARD("jaccard", 1, "the 10 largest: tokens with both active / tokens with one active"),
    /** What is active together, as a correlation. */
    PHI("phi", 1, "the 10 largest correlations, over tokens, of being active"),
    /** What a latent does to the next token's logits, without the final norm. */
    LOGIT_EFFECTS(
            NormWeights.LEFT_OUT.id(),
            NormWeights.LEFT_OUT.version(),
            "decoder row, as a direction in the stream, times the unembedding: the 10 largest, the"
                    + " 10 smallest, a histogram of 50 bins"),
    /** The same with the final norm. */
    FOLDED_LOGIT_EFFECTS(
            NormWeights.FOLDED.id(),
            NormWeights.FOLDED.version(),
            "the same with the decoder row times the final norm's weights");

    private final String id;
    private final int version;
    private final String formula;

    StatisticsDefinition(String id, int version, String formula) {
        this.id = id;
        this.version = version;
        this.formula = formula;
    }

    /** Returns the name under which it is reported. */
    public String id() {
        return id;
    }

    /** Returns the version of the definition; another one gives other figures. */
    public int version() {
        return version;
    }

    /** Returns how it is computed. */
    public String formula() {
        return formula;
    }
}
