package org.lexicographer.activation.job;

/** Counts what the forward passes of a process do. Threads may share one. */
public interface ForwardPassMeter {

    /** Takes note of one forward pass over so many tokens. */
    void forward(String run, int tokens, long nanos);
}
