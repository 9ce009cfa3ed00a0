package org.lexicographer.allinone.process;

import java.nio.file.Path;

/** A process of the system that can be killed at any moment and started again. */
public interface KillableProcess {

    /** Returns the name as it appears in logs, unique within the system. */
    String name();

    /** Starts the process; returns before it is ready. */
    void start();

    /** Kills the process with SIGKILL and returns when it is gone. */
    void kill();

    /** Tells whether the process runs. */
    boolean isRunning();

    /**
     * Checks that the process runs.
     *
     * @throws IllegalStateException with the end of its log when it does not
     */
    void check();

    long pid();

    /** Kills a process with SIGKILL and returns when it is gone. */
    static void kill(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Checks that a process runs.
     *
     * @param name the name for the message
     * @throws IllegalStateException with the end of its log when it does not
     */
    static void check(String name, Process process, Path log) {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "%s has ended: exit status=%d, log=%s%n%s"
                            .formatted(name, process.exitValue(), log, LogTail.of(log).indent(4)));
        }
    }
}
