package org.lexicographer.allinone.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An agent that ends its JVM in good order when the standard input ends, which it does with the
 * process that started the JVM, however that ends. What runs in the JVM need not know of it.
 *
 * <p>{@code -javaagent:launcher-parent-watch.jar=SECONDS}: a JVM that has not left after that many
 * seconds is halted. What it waits for, the broker and the store, may have gone with the parent.
 */
public final class ParentWatch {

    private static final int PARENT_IS_GONE = 1;

    private ParentWatch() {}

    /**
     * Starts to watch. The JVM calls this before the main method.
     *
     * @param seconds the time for leaving in good order
     */
    public static void premain(String seconds) {
        long nanos = TimeUnit.SECONDS.toNanos(Long.parseLong(seconds));
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(nanos));
    }

    private static void watch(long nanos) {
        awaitEnd(System.in);
        Thread.ofPlatform().daemon().name("parent-watch-halt").start(() -> haltAfter(nanos));
        // Runs the shutdown hooks, as SIGTERM does; if they run already, waits for them.
        System.exit(PARENT_IS_GONE);
    }

    private static void awaitEnd(InputStream input) {
        try {
            while (input.read() >= 0) {
                // Nobody is expected to write anything.
            }
        } catch (IOException e) {
            System.err.println("standard input is gone: " + e);
        }
    }

    private static void haltAfter(long nanos) {
        long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
        }
        System.err.println("does not leave in good order: halted");
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }
}
