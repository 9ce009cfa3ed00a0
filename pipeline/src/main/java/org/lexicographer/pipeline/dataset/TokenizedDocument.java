package org.lexicographer.pipeline.dataset;

import static java.util.Objects.requireNonNull;

/**
 * A document whose tokens came in place of its text.
 *
 * @param document the number of the document within its file, from 0
 * @param line the number of the line, or row, of the file on which it begins, from 1
 * @param tokens the token ids, each known to the language model
 */
public record TokenizedDocument(long document, long line, int[] tokens) implements Document {

    /** Checks that nothing is absent; takes the array as it is. */
    public TokenizedDocument {
        requireNonNull(tokens, "tokens is null");
    }

    @Override
    public boolean last() {
        return true;
    }
}
