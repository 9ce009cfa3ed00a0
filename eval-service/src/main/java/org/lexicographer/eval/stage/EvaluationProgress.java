package org.lexicographer.eval.stage;

import org.lexicographer.pipeline.DictionaryId;

/** Is told how far an evaluation has come. */
@FunctionalInterface
public interface EvaluationProgress {

    /** Listens to nothing. */
    EvaluationProgress NONE = (dictionary, done, all) -> {};

    /** Takes note that so many of all contexts are done. */
    void contextsDone(DictionaryId dictionary, int done, int all);
}
