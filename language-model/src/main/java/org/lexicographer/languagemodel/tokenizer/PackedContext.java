package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.lexicographer.pipeline.block.DatasetPosition;

/**
 * One full context.
 *
 * @param tokens the token ids, (T)
 * @param next where the dataset continues after the context's last token
 * @param pieces the documents that the tokens are from, in their order; a token before the first is
 *     of none
 */
public record PackedContext(int[] tokens, DatasetPosition next, List<Piece> pieces) {

    /** Checks that nothing is absent; takes the array as it is. */
    public PackedContext {
        requireNonNull(tokens, "tokens is null");
        requireNonNull(next, "next is null");
        pieces = List.copyOf(pieces);
    }

    /**
     * Tokens of one document that follow one another, the separator after it included.
     *
     * @param position where in the context the first of them is, from 0
     * @param start where that one is in the dataset
     * @param line the number of the line of the shard on which the document begins, from 1
     */
    public record Piece(int position, DatasetPosition start, long line) {

        /** Checks that nothing is absent. */
        public Piece {
            requireNonNull(start, "start is null");
        }
    }
}
