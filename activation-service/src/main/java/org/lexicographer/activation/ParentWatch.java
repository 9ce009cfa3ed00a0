package org.lexicographer.activation;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends the service when its standard input ends, which it does with the process that started the
 * service. Only on {@code parent.pid.watch=true}.
 */
@ApplicationScoped
public class ParentWatch {

    private static final Logger LOG = System.getLogger(ParentWatch.class.getName());

    private final boolean watching;

    ParentWatch(
            @ConfigProperty(name = "parent.pid.watch", defaultValue = "false") boolean watching) {
        this.watching = watching;
    }

    void start(@Observes StartupEvent started) {
        if (watching) {
            Thread.ofPlatform().daemon().name("parent-watch").start(() -> await(System.in));
        }
    }

    private static void await(InputStream input) {
        try {
            while (input.read() >= 0) {
                // Nobody is expected to write anything.
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "standard input is gone", e);
        }
        Quarkus.asyncExit();
    }
}
