package org.lexicographer.tokenizer.stage;

import java.util.Arrays;
import java.util.Optional;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;

/** Gathers contexts into numbered token blocks. */
final class TokenBlockAssembler {

    private final int contextLength;
    private final int contexts;
    private int[] tokens;
    private int filled;
    private long sequence;
    private DatasetPosition next;

    /**
     * Starts with an empty block.
     *
     * @param contexts contexts per block, B
     * @param sequence the number of the first block
     * @param next where the dataset continues before the first block is written
     */
    TokenBlockAssembler(int contextLength, int contexts, long sequence, DatasetPosition next) {
        this.contextLength = contextLength;
        this.contexts = contexts;
        this.sequence = sequence;
        this.next = next;
        this.tokens = new int[contexts * contextLength];
    }

    /** Returns the number of the block that is being gathered. */
    long sequence() {
        return sequence;
    }

    /** Adds a context and returns the block, if that made it full. */
    Optional<TokenBlock> add(PackedContext context) {
        System.arraycopy(context.tokens(), 0, tokens, filled * contextLength, contextLength);
        filled++;
        next = context.next();
        return filled == contexts ? Optional.of(take()) : Optional.empty();
    }

    /** Returns the block with the contexts that are left over, if there are any. */
    Optional<TokenBlock> rest() {
        return filled == 0 ? Optional.empty() : Optional.of(take());
    }

    /** Returns the block that ends the stream. */
    TokenBlock end() {
        return new TokenBlock(sequence, contextLength, new int[0], next);
    }

    private TokenBlock take() {
        int[] taken = filled == contexts ? tokens : Arrays.copyOf(tokens, filled * contextLength);
        tokens = new int[contexts * contextLength];
        filled = 0;
        return new TokenBlock(sequence++, contextLength, taken, next);
    }
}
