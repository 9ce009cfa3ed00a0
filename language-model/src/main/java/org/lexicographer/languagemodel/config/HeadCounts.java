package org.lexicographer.languagemodel.config;

import java.util.OptionalInt;

/**
 * An attention module's heads.
 *
 * @param heads H
 * @param keyHeads how many of them have keys and values of their own, G, which divides H
 * @param headDim E
 */
public record HeadCounts(int heads, int keyHeads, int headDim) {

    /**
     * Reads them.
     *
     * @param heads H
     * @param keyHeads G where {@code num_key_value_heads} is absent; {@code null} means H
     * @param headDim E where there is no {@code head_dim}
     */
    public static HeadCounts read(ModelConfig config, int heads, int keyHeads, int headDim) {
        OptionalInt said = config.optionalSize("num_key_value_heads");
        int read = said.orElse(config.says("num_key_value_heads") ? heads : keyHeads);
        if (heads % read != 0) {
            throw config.invalid("num_key_value_heads", "a divisor of " + heads, read);
        }
        int size = config.optionalSize("head_dim").orElse(headDim);
        if (size < 1 || size > Integer.MAX_VALUE / heads) {
            throw config.invalid(
                    "head_dim", "a positive number, at most " + Integer.MAX_VALUE / heads, size);
        }
        return new HeadCounts(heads, read, size);
    }

    /** Returns 1 / sqrt E. */
    public double scale() {
        return 1 / Math.sqrt(headDim);
    }

    /** Returns the width of all queries, H * E. */
    public int width() {
        return heads * headDim;
    }

    /** Returns the width of all keys, G * E. */
    public int keyWidth() {
        return keyHeads * headDim;
    }
}
