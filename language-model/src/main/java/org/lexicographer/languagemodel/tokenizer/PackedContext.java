package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.block.DatasetPosition;

/**
 * One full context.
 *
 * @param tokens the token ids, (T)
 * @param next where the dataset continues after the context's last token
 */
public record PackedContext(int[] tokens, DatasetPosition next) {

    /** Checks that nothing is absent; takes the array as it is. */
    public PackedContext {
        requireNonNull(tokens, "tokens is null");
        requireNonNull(next, "next is null");
    }
}
