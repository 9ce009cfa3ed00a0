package org.lexicographer.eval.stage;

import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress;

/** Where imported dictionaries, evaluations and progress are announced. */
public interface EvaluationOutput {

    /**
     * Announces a dictionary that is complete in the object store, to be evaluated on its run's
     * held-out contexts, and returns when the announcement is safe.
     *
     * @throws OutputFailedException when it is not; announcing again does no harm
     */
    void dictionary(DictionaryCheckpoint checkpoint);

    /**
     * Announces an evaluation and returns when the announcement is safe.
     *
     * @throws OutputFailedException when it is not; announcing again does no harm
     */
    void evaluation(Evaluation evaluation);

    /** Announces progress without waiting; the next announcement replaces one that is lost. */
    void progress(RunProgress progress);
}
