package org.lexicographer.activation.job;

/** Counts the forward passes of a process. Threads may share one. */
public interface ForwardPassMeter {

    /** Counts one forward pass through a stage over so many tokens, with making its records. */
    void forward(String run, int stage, int tokens, long nanos);
}
