package org.lexicographer.trainer;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends the service with the process that started it, whose end closes the standard input; only
 * where {@code parent.pid.watch} is set.
 */
@ApplicationScoped
public class ParentWatch {

    private static final Logger LOG = System.getLogger(ParentWatch.class.getName());

    private final boolean wanted;

    ParentWatch(@ConfigProperty(name = "parent.pid.watch", defaultValue = "false") boolean wanted) {
        this.wanted = wanted;
    }

    void start(@Observes StartupEvent started) {
        if (wanted) {
            Thread.ofPlatform().daemon().name("parent-watch").start(ParentWatch::watch);
        }
    }

    private static void watch() {
        try {
            while (System.in.read() >= 0) {
                // The parent says nothing; only its end matters.
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "standard input failed", e);
        }
        Quarkus.asyncExit();
    }
}
