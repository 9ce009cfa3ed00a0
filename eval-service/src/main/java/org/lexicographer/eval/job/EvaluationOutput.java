package org.lexicographer.eval.job;

import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.message.RunProgress;

/** Where evaluations and progress are announced. */
public interface EvaluationOutput {

    /**
     * Announces an evaluation and returns when the announcement is safe.
     *
     * @throws OutputFailedException when it is not; announcing again does no harm
     */
    void evaluation(Evaluation evaluation);

    /** Announces progress, without waiting: what is lost is made good by the next. */
    void progress(RunProgress progress);
}
