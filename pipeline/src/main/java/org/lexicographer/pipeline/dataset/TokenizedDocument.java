package org.lexicographer.pipeline.dataset;

import static java.util.Objects.requireNonNull;

/**
 * A document whose tokens came in place of its text, or the next part of it: documents of more than
 * {@link RecordDocuments#PART_TOKENS} come in several.
 *
 * @param document the number of the document within its file, from 0
 * @param line the number of the line, or row, of the file on which it begins, from 1
 * @param tokens the token ids, each known to the language model
 * @param last whether the document ends after this part
 */
public record TokenizedDocument(long document, long line, int[] tokens, boolean last)
        implements Document {

    /** Checks that nothing is absent; takes the array as it is. */
    public TokenizedDocument {
        requireNonNull(tokens, "tokens is null");
    }
}
