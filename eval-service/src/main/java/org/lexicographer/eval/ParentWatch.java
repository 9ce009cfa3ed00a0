package org.lexicographer.eval;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Leaves with the process that started this one: its end closes the standard input. */
@ApplicationScoped
public class ParentWatch {

    private static final Logger LOG = System.getLogger(ParentWatch.class.getName());

    private final boolean wanted;

    ParentWatch(@ConfigProperty(name = "parent.pid.watch", defaultValue = "false") boolean wanted) {
        this.wanted = wanted;
    }

    void start(@Observes StartupEvent event) {
        if (wanted) {
            Thread.ofPlatform().daemon().name("parent-watch").start(ParentWatch::watch);
        }
    }

    private static void watch() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "standard input failed", e);
        }
        Quarkus.asyncExit();
    }
}
