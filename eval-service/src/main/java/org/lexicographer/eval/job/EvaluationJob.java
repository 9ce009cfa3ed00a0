package org.lexicographer.eval.job;

import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/** An announced checkpoint and whom to tell what became of it. */
public interface EvaluationJob {

    /** Returns what is to be evaluated. */
    DictionaryCheckpoint checkpoint();

    /** Takes note that nothing is left to do. */
    void settle();

    /**
     * Sets the announcement aside and takes note that nothing is left to do.
     *
     * @param reason what was expected and what was found
     * @throws org.lexicographer.eval.stage.OutputFailedException when it could not be set aside yet
     */
    void reject(String reason);
}
