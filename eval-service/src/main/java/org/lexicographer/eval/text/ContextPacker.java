package org.lexicographer.eval.text;

import java.util.Arrays;
import org.lexicographer.eval.evaluator.Contexts;

/**
 * Packs documents into contexts by the rule of training: each document is followed by the
 * end-of-text token, a document without tokens by none, and what remains behind the last full
 * context is left out.
 */
public final class ContextPacker {

    private final int contextLength;
    private final int endOfText;
    private int[] tokens = new int[1024];
    private int length;

    ContextPacker(int contextLength, int endOfText) {
        this.contextLength = contextLength;
        this.endOfText = endOfText;
    }

    public void add(long[] document) {
        if (document.length == 0) {
            return;
        }
        for (long token : document) {
            append(Math.toIntExact(token));
        }
        append(endOfText);
    }

    private void append(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.multiplyExact(2, length));
        }
        tokens[length++] = token;
    }

    /** Returns the number of tokens so far, those behind the last full context included. */
    public int tokens() {
        return length;
    }

    public Contexts contexts() {
        int whole = length / contextLength * contextLength;
        return new Contexts(contextLength, Arrays.copyOf(tokens, whole));
    }
}
