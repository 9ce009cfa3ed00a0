package org.lexicographer.pipeline.block;

import static java.util.Objects.requireNonNull;

/**
 * How far one of the datasets that a run mixes has come.
 *
 * @param contexts how many contexts it has given, held-out ones included
 * @param hasEnded whether it gives no more
 * @param next the next of its tokens that no context holds yet
 */
public record MixedPosition(long contexts, boolean hasEnded, DatasetPosition next) {

    /** Nothing was read yet. */
    public static final MixedPosition START = new MixedPosition(0, false, DatasetPosition.START);

    /** Checks the components. */
    public MixedPosition {
        requireNonNull(next, "next is null");
        if (contexts < 0) {
            throw new IllegalArgumentException("contexts negative: contexts=" + contexts);
        }
    }
}
