package org.lexicographer.eval.latent.effect;

/**
 * Tokens in the order of what is done to them, the most strongly affected first; of equally
 * affected ones the smaller id comes first.
 *
 * @param tokens their ids
 * @param values what is done to them
 */
public record RankedTokens(int[] tokens, float[] values) {

    /** How many there are at most. */
    public static final int MOST = 10;

    /** Returns the tokens with the largest values, (V). */
    public static RankedTokens largest(float[] values) {
        return largest(values, 0, values.length);
    }

    /** Returns the tokens with the smallest values, (V). */
    public static RankedTokens smallest(float[] values) {
        return smallest(values, 0, values.length);
    }

    /** Returns the tokens with the largest of the values, one value per token id, from one on. */
    static RankedTokens largest(float[] values, int from, int count) {
        return find(values, from, count, 1);
    }

    /** Returns the tokens with the smallest of the values, one value per token id, from one on. */
    static RankedTokens smallest(float[] values, int from, int count) {
        return find(values, from, count, -1);
    }

    private static RankedTokens find(float[] values, int from, int count, int sign) {
        int size = Math.min(MOST, count);
        int[] tokens = new int[size];
        float[] found = new float[size];
        int taken = 0;
        for (int token = 0; token < count; token++) {
            float value = sign * values[from + token];
            if (taken < size || value > found[size - 1]) {
                int at = taken < size ? taken++ : size - 1;
                for (; at > 0 && value > found[at - 1]; at--) {
                    found[at] = found[at - 1];
                    tokens[at] = tokens[at - 1];
                }
                found[at] = value;
                tokens[at] = token;
            }
        }
        for (int i = 0; i < size; i++) {
            found[i] *= sign;
        }
        return new RankedTokens(tokens, found);
    }
}
