package org.lexicographer.dictionary;

import com.fasterxml.jackson.annotation.JsonValue;

/** The formulas a dictionary can follow. */
public enum Architecture {
    /** The plain ReLU encoder. */
    STANDARD("standard"),
    /** An encoder whose gate and magnitude have biases of their own. */
    GATED("gated"),
    /** The k largest latents of each row. */
    TOP_K("topK"),
    /** The latents above one threshold, k per row on average. */
    BATCH_TOP_K("batchTopK"),
    /** An encoder with a threshold for each latent. */
    JUMP_RELU("jumpReLU"),
    /** As {@link #BATCH_TOP_K}, with latents in nested groups. */
    MATRYOSHKA_BATCH_TOP_K("matryoshkaBatchTopK"),
    /** An oracle that reconstructs its input. */
    IDENTITY("identity"),
    /** An oracle that reconstructs nothing. */
    ZERO("zero");

    private final String text;

    Architecture(String text) {
        this.text = text;
    }

    /** Returns the name as written in a dictionary's config, such as {@code standard}. */
    @JsonValue
    public String text() {
        return text;
    }
}
