package org.lexicographer.allinone.process;

/** A process of the system that can be killed at any moment and started again. */
public interface Victim {

    /** Returns the name as it appears in logs, unique within the system. */
    String name();

    /** Starts the process; returns before it is ready. */
    void start();

    /** Kills the process with SIGKILL and returns when it is gone. */
    void kill();

    /** Returns the process's id. */
    long pid();

    /** Kills a process with SIGKILL and returns when it is gone. */
    static void kill(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
