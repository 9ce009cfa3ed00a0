package org.lexicographer.dictionary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The formulas a dictionary can follow. */
public enum Architecture {
    /** {@link StandardDictionary}. */
    STANDARD("standard"),
    /** {@link GatedDictionary}. */
    GATED("gated"),
    /** {@link TopKDictionary}. */
    TOP_K("topK"),
    /** {@link BatchTopKDictionary}. */
    BATCH_TOP_K("batchTopK"),
    /** {@link JumpReluDictionary}. */
    JUMP_RELU("jumpReLU"),
    /** {@link MatryoshkaBatchTopKDictionary}. */
    MATRYOSHKA_BATCH_TOP_K("matryoshkaBatchTopK"),
    /** {@link IdentityDictionary}. */
    IDENTITY("identity"),
    /** {@link ZeroDictionary}. */
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

    /**
     * Reads a name as written in a dictionary's config.
     *
     * @throws IllegalArgumentException naming those there are when it is none of them
     */
    public static Architecture parse(String text) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.text().equals(text))
                .findFirst()
                .orElseThrow(() -> unknown(text));
    }

    private static IllegalArgumentException unknown(String text) {
        String known =
                Arrays.stream(values()).map(Architecture::text).collect(Collectors.joining("|"));
        return new IllegalArgumentException(
                "unknown architecture: expected=%s, found=%s".formatted(known, text));
    }
}
