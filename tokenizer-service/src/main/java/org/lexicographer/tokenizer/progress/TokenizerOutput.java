package org.lexicographer.tokenizer.progress;

import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;

/** Where the control messages about runs go. */
public interface TokenizerOutput {

    /** Sends the progress on its way; it may be lost when the broker is out of reach. */
    void progress(RunProgress progress);

    /** Counts a job that an outage has ended, and that is tried again. */
    void retried();

    /** Says that this replica works on a run no more. */
    void left(String run);

    /** Sets aside what cannot be used and returns when it is stored. */
    void reject(Rejection rejection);
}
