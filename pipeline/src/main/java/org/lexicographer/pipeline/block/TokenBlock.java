package org.lexicographer.pipeline.block;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A numbered batch of contexts: the unit of one forward pass. A block without contexts ends the
 * stream.
 *
 * @param sequence the block's number in its run, from 0, without gap
 * @param contextLength tokens per context, T
 * @param tokens the token ids, context after context, (B * T)
 * @param next where the dataset continues after this block; where datasets are mixed, the first of
 *     the places where one of them does
 * @param datasets where each dataset of a run that mixes several continues, in the order of the run
 *     spec; empty for a run that mixes none
 */
public record TokenBlock(
        long sequence,
        int contextLength,
        int[] tokens,
        DatasetPosition next,
        List<MixedPosition> datasets) {

    /** Checks that the tokens are whole contexts; takes the array as it is. */
    public TokenBlock {
        requireNonNull(tokens, "tokens is null");
        requireNonNull(next, "next is null");
        datasets = List.copyOf(datasets);
        if (sequence < 0 || contextLength < 1 || tokens.length % contextLength != 0) {
            throw new IllegalArgumentException(
                    "token block not made of whole contexts:"
                            + " sequence=%d, contextLength=%d, tokens=%d"
                                    .formatted(sequence, contextLength, tokens.length));
        }
    }

    /** Creates a block of a run that mixes no datasets. */
    public TokenBlock(long sequence, int contextLength, int[] tokens, DatasetPosition next) {
        this(sequence, contextLength, tokens, next, List.of());
    }

    /** Returns the number of contexts, B. */
    public int contexts() {
        return tokens.length / contextLength;
    }

    /** Tells whether this block ends the stream. */
    public boolean endsStream() {
        return tokens.length == 0;
    }
}
