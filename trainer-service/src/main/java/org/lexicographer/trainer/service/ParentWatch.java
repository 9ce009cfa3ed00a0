package org.lexicographer.trainer.service;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends the service when its standard input ends, which it does with the process that started the
 * service. Only on {@code parent.pid.watch=true}.
 */
@ApplicationScoped
public class ParentWatch {

    private static final Logger LOG = System.getLogger(ParentWatch.class.getName());

    /**
     * A parent that asks the service to stop may also close its standard input. Two requests at a
     * time make Quarkus leave at once, so the other one goes first.
     */
    private static final Duration SIGNAL = Duration.ofSeconds(1);

    private final boolean watching;
    private final CountDownLatch stopping = new CountDownLatch(1);

    ParentWatch(
            @ConfigProperty(name = "parent.pid.watch", defaultValue = "false") boolean watching) {
        this.watching = watching;
    }

    void start(@Observes StartupEvent started) {
        if (watching) {
            Thread.ofPlatform().daemon().name("parent-watch").start(this::watch);
        }
    }

    void stop(@Observes ShutdownEvent stopped) {
        stopping.countDown();
    }

    private void watch() {
        awaitEnd(System.in);
        try {
            if (!stopping.await(SIGNAL.toMillis(), TimeUnit.MILLISECONDS)) {
                Quarkus.asyncExit();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitEnd(InputStream input) {
        try {
            while (input.read() >= 0) {
                // Nobody is expected to write anything.
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "standard input is gone", e);
        }
    }
}
