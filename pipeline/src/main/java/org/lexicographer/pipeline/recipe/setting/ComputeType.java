package org.lexicographer.pipeline.recipe.setting;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The number format of a recipe's matrix products on a GPU. Weights, Adam's moments and sums over
 * the batch are float32 whatever it is, and so is all that a CPU computes, where bfloat16 would be
 * the slower one.
 */
public enum ComputeType {
    /** Four bytes a value. */
    FLOAT32("float32"),
    /** Two bytes a value: 7 bits of its mantissa, and nearly all magnitudes of float32. */
    BFLOAT16("bfloat16");

    private final String text;

    ComputeType(String text) {
        this.text = text;
    }

    /** Returns the name as written in a run spec. */
    @JsonValue
    public String text() {
        return text;
    }
}
