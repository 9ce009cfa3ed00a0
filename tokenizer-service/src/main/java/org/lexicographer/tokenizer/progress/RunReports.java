package org.lexicographer.tokenizer.progress;

import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;

/** Takes what others should know of a run. */
public interface RunReports {

    /** Sends the progress on its way; it may be lost when the broker is out of reach. */
    void progress(RunProgress progress);

    /** Sets aside what cannot be used and returns when it is stored. */
    void rejected(Rejection rejection);
}
