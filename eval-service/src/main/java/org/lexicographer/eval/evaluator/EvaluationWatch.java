package org.lexicographer.eval.evaluator;

import org.lexicographer.eval.metric.SparseRows;

/** Is told how an evaluation goes on, and what it sees on the way. */
@FunctionalInterface
public interface EvaluationWatch {

    /** Takes note that so many contexts are done, batch after batch. */
    void contextsDone(int done);

    /**
     * Is shown the latents of a batch of whole contexts; does nothing.
     *
     * @param dictionary which of those that are evaluated, from 0
     * @param firstContext the number of the batch's first context
     * @param active the active latents of all its tokens, those too that do not count in statistics
     */
    default void encoded(int dictionary, int firstContext, SparseRows active) {}
}
