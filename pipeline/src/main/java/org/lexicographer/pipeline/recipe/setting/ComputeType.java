package org.lexicographer.pipeline.recipe.setting;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The number format of matrix products.
 *
 * <p>Of a recipe on a GPU: weights, Adam's moments and sums over the batch are float32 whatever it
 * is, and so is all that a CPU computes, where bfloat16 would be the slower one. Of a language
 * model on any device: its weights in memory and the values between its sites have it too, so that
 * one run spec means one model wherever it runs.
 */
public enum ComputeType {
    /** Four bytes a value. */
    FLOAT32("float32", Float.BYTES),
    /** Two bytes a value: 7 bits of its mantissa, and nearly all magnitudes of float32. */
    BFLOAT16("bfloat16", Short.BYTES);

    private final String text;
    private final int bytes;

    ComputeType(String text, int bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /** Returns the name as written in a run spec. */
    @JsonValue
    public String text() {
        return text;
    }

    /** Returns how many bytes a value has. */
    public int bytes() {
        return bytes;
    }
}
