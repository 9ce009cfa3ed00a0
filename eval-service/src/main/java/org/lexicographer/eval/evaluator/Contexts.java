package org.lexicographer.eval.evaluator;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Whole contexts of token ids.
 *
 * @param contextLength tokens per context, T
 * @param tokens the token ids, context after context, (B * T)
 */
public record Contexts(int contextLength, int[] tokens) {

    /** Checks that the tokens are whole contexts; takes the array as it is. */
    public Contexts {
        requireNonNull(tokens, "tokens is null");
        if (contextLength < 1 || tokens.length % contextLength != 0) {
            throw new IllegalArgumentException(
                    "not whole contexts: contextLength=%d, tokens=%d"
                            .formatted(contextLength, tokens.length));
        }
    }

    /** Returns the contexts of several arrays, one after the other. */
    public static Contexts join(int contextLength, List<int[]> pieces) {
        int length = pieces.stream().mapToInt(piece -> piece.length).reduce(0, Math::addExact);
        int[] all = new int[length];
        int next = 0;
        for (int[] piece : pieces) {
            System.arraycopy(piece, 0, all, next, piece.length);
            next += piece.length;
        }
        return new Contexts(contextLength, all);
    }

    /** Returns the number of contexts. */
    public int count() {
        return tokens.length / contextLength;
    }

    /** Returns contexts {@code from} to {@code to}, the latter excluded. */
    public Contexts range(int from, int to) {
        return new Contexts(
                contextLength,
                Arrays.copyOfRange(tokens, from * contextLength, to * contextLength));
    }

    /** Returns the first contexts. */
    public Contexts first(int contexts) {
        return contexts == count() ? this : range(0, contexts);
    }

    /**
     * Returns of each token whether it counts.
     *
     * @param uncounted ids of the tokens that do not, such as special tokens
     */
    public boolean[] counted(Set<Integer> uncounted) {
        boolean[] counted = new boolean[tokens.length];
        for (int token = 0; token < counted.length; token++) {
            counted[token] = !uncounted.contains(tokens[token]);
        }
        return counted;
    }

    /** Returns a text that is the same for the same contexts only. */
    public String digest() {
        return digest(new byte[0]);
    }

    /** Returns a text that is the same for the same contexts with the same bytes beside only. */
    String digest(byte[] beside) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * tokens.length + 4);
        bytes.putInt(contextLength).asIntBuffer().put(tokens);
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(bytes.array());
            return HexFormat.of().formatHex(sha.digest(beside));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
