package org.lexicographer.tokenizer.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.TokenBlockLog;

/**
 * A token block log that makes its writer wait while too many blocks have not been read yet. The
 * lag is measured only when it might be too large: at most once a pause.
 */
public final class WaitingTokenBlockLog implements TokenBlockLog {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final TokenBlockLog log;
    private final LongSupplier lagBlocks;
    private final long maxLagBlocks;
    private final ProgressLog progress;
    private final StopSignal stop;

    /** The lag cannot be larger than this. */
    private long lagBound;

    private boolean measured;

    /**
     * Wraps a log.
     *
     * @param lagBlocks measures how many stored blocks have not been read yet
     * @param maxLagBlocks how many there may be
     */
    public WaitingTokenBlockLog(
            TokenBlockLog log,
            LongSupplier lagBlocks,
            long maxLagBlocks,
            ProgressLog progress,
            StopSignal stop) {
        this.log = requireNonNull(log, "log is null");
        this.lagBlocks = requireNonNull(lagBlocks, "lagBlocks is null");
        this.maxLagBlocks = maxLagBlocks;
        this.progress = requireNonNull(progress, "progress is null");
        this.stop = requireNonNull(stop, "stop is null");
    }

    @Override
    public Optional<TokenBlock> last() {
        return log.last();
    }

    @Override
    public void checkWanted() {
        log.checkWanted();
    }

    /** The block that ends the stream never waits: nothing follows it. */
    @Override
    public void write(TokenBlock block) {
        if (!block.endsStream()) {
            awaitRoom();
        }
        log.write(block);
        lagBound++;
    }

    private void awaitRoom() {
        if (measured && lagBound < maxLagBlocks) {
            return;
        }
        lagBound = lagBlocks.getAsLong();
        measured = true;
        while (lagBound >= maxLagBlocks) {
            progress.waiting(
                    "waits for token blocks to be read: lagBlocks=%d, maxLagBlocks=%d"
                            .formatted(lagBound, maxLagBlocks));
            stop.sleep(PAUSE);
            checkWanted();
            lagBound = lagBlocks.getAsLong();
        }
    }
}
