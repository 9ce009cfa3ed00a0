package org.lexicographer.pipeline.source;

import java.util.concurrent.CancellationException;

/**
 * Tells a stop from a fault. A channel whose reader is interrupted closes, and a library may say
 * then that its file ends: neither says anything of the file.
 */
public final class Interruption {

    private Interruption() {}

    /**
     * Checks that nobody has asked this thread to stop.
     *
     * @throws CancellationException when somebody has
     */
    public static void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted while a file is read");
        }
    }
}
