package org.lexicographer.eval.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Tells when statistics may be made: not while the same replica evaluates, because both want all
 * cores, and what is evaluated first is kept for statistics. As one who evaluates all day would
 * never have statistics, they wait so long at most, and then go on beside evaluations until these
 * pause. For use by one thread.
 */
public final class StatisticsTurn {

    private final BooleanSupplier evaluating;
    private final Duration longest;
    private final InstantSource clock;
    private Optional<Instant> waitingSince = Optional.empty();

    /**
     * Begins without having waited.
     *
     * @param evaluating tells whether this replica evaluates, or could at once
     * @param longest how long to wait for evaluations that do not pause
     */
    public StatisticsTurn(BooleanSupplier evaluating, Duration longest, InstantSource clock) {
        this.evaluating = evaluating;
        this.longest = longest;
        this.clock = clock;
    }

    /** Tells whether the next unit of statistics may be begun now. */
    public boolean hasCome() {
        if (!evaluating.getAsBoolean()) {
            waitingSince = Optional.empty();
            return true;
        }
        Instant now = clock.instant();
        waitingSince = waitingSince.or(() -> Optional.of(now));
        return !now.isBefore(waitingSince.get().plus(longest));
    }
}
