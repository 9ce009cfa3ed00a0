package org.lexicographer.tokenizer.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.lexicographer.pipeline.block.TokenBlock;

/**
 * A token block log that takes blocks until the run has been trained. Dictionaries that are stopped
 * early need fewer blocks than their steps say, and where rows are left out for what they are,
 * nobody knows beforehand how many blocks are needed.
 */
public final class UntilTrainedTokenBlockLog implements TokenBlockLog {

    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

    private final TokenBlockLog log;
    private final String run;
    private final BooleanSupplier trained;
    private final LongSupplier nanoTime;
    private long askedAt;

    /**
     * Wraps a log.
     *
     * @param trained asks whether the run has been trained; asked at most once a second
     * @param nanoTime the clock that seconds are measured with
     */
    public UntilTrainedTokenBlockLog(
            TokenBlockLog log, String run, BooleanSupplier trained, LongSupplier nanoTime) {
        this.log = requireNonNull(log, "log is null");
        this.run = requireNonNull(run, "run is null");
        this.trained = requireNonNull(trained, "trained is null");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
        this.askedAt = nanoTime.getAsLong();
    }

    @Override
    public Optional<TokenBlock> last() {
        return log.last();
    }

    @Override
    public void checkWanted() {
        long now = nanoTime.getAsLong();
        if (now - askedAt < PERIOD_NANOS) {
            return;
        }
        askedAt = now;
        if (trained.getAsBoolean()) {
            throw new RunTrainedException(run);
        }
    }

    @Override
    public void write(TokenBlock block) {
        checkWanted();
        log.write(block);
    }
}
