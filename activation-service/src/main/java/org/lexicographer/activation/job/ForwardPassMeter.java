package org.lexicographer.activation.job;

/** Counts the forward passes of a process. Threads may share one. */
public interface ForwardPassMeter {

    /** Counts one forward pass over so many tokens, with the making of its records. */
    void forward(String run, int tokens, long nanos);
}
