package org.lexicographer.objectstore.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.objectstore.retry.RetryClock;

/** Time that passes when somebody waits. */
final class TestClock implements RetryClock {

    private final List<Duration> pauses = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private Runnable whenSomebodyWaits = () -> {};

    synchronized void whenSomebodyWaits(Runnable action) {
        whenSomebodyWaits = action;
    }

    synchronized List<Duration> pauses() {
        return List.copyOf(pauses);
    }

    @Override
    public synchronized Duration now() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration pause) {
        pauses.add(pause);
        now = now.plus(pause);
        whenSomebodyWaits.run();
    }
}
