package org.lexicographer.activation.job;

import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.trace.Tracing;

/**
 * Where a job's control messages go. All methods return at once and may be called by any thread.
 */
public interface ActivationOutput {

    /** Publishes how far a part of a run has come. */
    void progress(RunProgress progress);

    /** Returns what traces the blocks that come with a place in a trace. */
    Tracing tracing();

    /** Sets a record aside that could not be used. */
    void reject(Rejection record);
}
