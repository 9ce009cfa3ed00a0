package org.lexicographer.tokenizer.service;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the service when the process that started it, and holds its standard input, is gone. */
@ApplicationScoped
public class ParentWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ParentWatch.class);

    private final boolean watching;

    /** Takes whether there is a parent to watch. */
    public ParentWatch(
            @ConfigProperty(name = "parent.pid.watch", defaultValue = "false") boolean watching) {
        this.watching = watching;
    }

    void start(@Observes StartupEvent event) {
        if (watching) {
            Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(System.in));
        }
    }

    private static void watch(InputStream input) {
        try {
            input.transferTo(OutputStream.nullOutputStream());
            LOG.info("standard input ended: the parent is gone");
        } catch (IOException e) {
            LOG.warn("standard input not readable: the parent counts as gone", e);
        }
        Quarkus.asyncExit();
    }
}
