package org.lexicographer.objectstore.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An attempt that failed for a reason that passes. */
final class HubOutage extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> pause;

    /**
     * Creates the exception.
     *
     * @param pause how long the hub wants to be left alone, if it says so
     * @param cause the reason, or null
     */
    HubOutage(String message, Optional<Duration> pause, Throwable cause) {
        super(message, cause);
        this.pause = pause;
    }

    Optional<Duration> pause() {
        return pause;
    }
}
