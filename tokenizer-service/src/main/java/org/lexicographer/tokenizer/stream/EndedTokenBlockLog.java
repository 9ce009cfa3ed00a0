package org.lexicographer.tokenizer.stream;

import java.util.Optional;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * The token blocks of a run that has been trained and whose blocks are gone: the stream has ended,
 * and only held-out contexts may still be wanted.
 *
 * @param spec the spec of the run
 */
public record EndedTokenBlockLog(RunSpec spec) implements TokenBlockLog {

    @Override
    public Optional<TokenBlock> last() {
        return Optional.of(
                new TokenBlock(
                        spec.trainingBlocks(),
                        spec.contextLength(),
                        new int[0],
                        DatasetPosition.START));
    }

    @Override
    public void write(TokenBlock block) {
        throw new IllegalStateException(
                "stream has ended: run=%s, sequence=%d".formatted(spec.run(), block.sequence()));
    }
}
