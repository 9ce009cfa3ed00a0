package org.lexicographer.dictionary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formulas a dictionary can follow. */
public enum Architecture {
    /** {@link StandardDictionary}. */
    STANDARD,
    /** {@link IdentityDictionary}. */
    IDENTITY,
    /** {@link ZeroDictionary}. */
    ZERO;

    /** Returns the name as written in a dictionary's config, such as {@code standard}. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
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
