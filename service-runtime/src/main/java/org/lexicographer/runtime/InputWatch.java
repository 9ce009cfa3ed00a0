package org.lexicographer.runtime;

import static java.util.Objects.requireNonNull;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a service leave in good order when its standard input ends, where it is told to: whoever
 * starts it as a child holds the other end of that pipe, and the system closes it however the
 * parent ends.
 */
@ApplicationScoped
public class InputWatch {

    private static final int PARENT_IS_GONE = 1;

    /** What a service takes to leave beside its jobs, and more. */
    private static final Duration BESIDE_THE_JOBS = Duration.ofMinutes(1);

    private final LeavingConfig leaving;

    InputWatch(LeavingConfig leaving) {
        this.leaving = requireNonNull(leaving, "leaving is null");
    }

    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (leaving.withInput()) {
            Thread.ofPlatform().daemon().name("input-watch").start(this::watch);
        }
    }

    private void watch() {
        awaitEnd(System.in);
        Duration atMost = leaving.jobs().plus(BESIDE_THE_JOBS);
        Thread.ofPlatform().daemon().name("input-watch-halt").start(() -> haltAfter(atMost));
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

    /** What the service waits for, the broker and the store, may have gone with the parent. */
    private static void haltAfter(Duration time) {
        long start = System.nanoTime();
        for (long left = time.toNanos(); left > 0; left = time.minusNanos(since(start)).toNanos()) {
            LockSupport.parkNanos(left);
        }
        System.err.println("does not leave in good order: halted");
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }

    private static long since(long start) {
        return System.nanoTime() - start;
    }
}
