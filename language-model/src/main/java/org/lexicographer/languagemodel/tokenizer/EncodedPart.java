package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

/**
 * The tokens of a document, or of the next part of it.
 *
 * @param document the number of the document within its shard, from 0
 * @param tokens the token ids
 * @param last whether the document ends after this part
 */
public record EncodedPart(long document, int[] tokens, boolean last) {

    /** Checks that nothing is absent; takes the array as it is. */
    public EncodedPart {
        requireNonNull(tokens, "tokens is null");
    }

    /** Returns the end of a document whose rest cannot be read. */
    public static EncodedPart end(long document) {
        return new EncodedPart(document, new int[0], true);
    }
}
