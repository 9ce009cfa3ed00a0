package org.lexicographer.tokenizer.progress;

import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;

/** Where the control messages about runs go. */
public interface TokenizerOutput {

    /** Sends the progress on its way; it may be lost when the broker is out of reach. */
    void progress(RunProgress progress);

    /** Sets aside what cannot be used and returns when it is stored. */
    void reject(Rejection rejection);
}
