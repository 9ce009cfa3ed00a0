package org.lexicographer.activation.job;

/** Counts what the jobs of a process do. Threads may share one. */
public interface ExtractionMeter {

    /** Counts one forward pass through a stage over so many tokens, with making its records. */
    void forward(String run, int stage, int tokens, long nanos);

    /** Takes note of how many bytes the slowest reader of what a stage writes is behind. */
    void ahead(String run, int stage, long bytes);

    /** Counts a job that an outage has ended, and that is tried again. */
    void retried();

    /** Takes note that this replica works at a stage of a run no more. */
    void left(String run, int stage);
}
