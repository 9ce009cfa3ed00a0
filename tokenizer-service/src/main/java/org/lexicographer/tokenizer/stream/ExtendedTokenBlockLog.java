package org.lexicographer.tokenizer.stream;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.pipeline.block.TokenBlock;

/**
 * The token blocks of a run that may go on after it had ended. What it was made of then is gone;
 * the blocks that it goes on with come after the one that was kept.
 *
 * @param log the blocks that are stored
 * @param before finds the block before them
 */
public record ExtendedTokenBlockLog(TokenBlockLog log, Supplier<Optional<TokenBlock>> before)
        implements TokenBlockLog {

    public ExtendedTokenBlockLog {
        requireNonNull(log, "log is null");
        requireNonNull(before, "before is null");
    }

    @Override
    public Optional<TokenBlock> last() {
        return log.last().or(before);
    }

    @Override
    public void write(TokenBlock block) {
        log.write(block);
    }

    @Override
    public void checkWanted() {
        log.checkWanted();
    }
}
