package org.lexicographer.allinone.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.Priority;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Start caches that are made while the system serves and nobody waits, in a process of the lowest
 * priority; given up when the system ends, and whatever goes wrong concerns nobody.
 */
public final class Background implements AutoCloseable {

    static final String WITH_INPUT = "--with-input";

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private final Path home;
    private final Path log;
    private Process process;
    private boolean closed;

    /**
     * Prepares; nothing runs yet.
     *
     * @param home the checkout
     * @param log the file for what the process says
     */
    public Background(Path home, Path log) {
        this.home = home;
        this.log = log;
    }

    /** Starts to make the caches that are missing; returns at once. */
    public synchronized void start() {
        Path jar = Programs.jar(home);
        if (closed || !Files.exists(jar)) {
            return;
        }
        List<String> command = new ArrayList<>(Priority.LOWEST.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Programs.ownOptions());
        command.add("-D%s=%s".formatted(Checkout.HOME, home));
        command.addAll(List.of("-cp", jar.toString(), Prepare.class.getName(), WITH_INPUT));
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
        } catch (IOException e) {
            LOG.warn("start caches are not made: reason={}", e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            process.destroy();
        }
    }
}
