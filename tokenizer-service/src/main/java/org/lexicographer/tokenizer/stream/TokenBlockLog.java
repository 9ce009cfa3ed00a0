package org.lexicographer.tokenizer.stream;

import java.util.Optional;
import org.lexicographer.pipeline.block.TokenBlock;

/** The token blocks of one run, as far as they are stored. */
public interface TokenBlockLog {

    /**
     * Returns the stored block with the highest number; all lower numbers are stored too.
     *
     * @throws RunFailedException when it cannot be known any more
     */
    Optional<TokenBlock> last();

    /**
     * Stores a block and returns when it is safe.
     *
     * @throws RunTrainedException when nobody needs it any more
     */
    void write(TokenBlock block);

    /**
     * Returns unless nobody needs further blocks.
     *
     * @throws RunTrainedException when nobody does
     */
    default void checkWanted() {}
}
