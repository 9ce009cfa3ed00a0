package org.lexicographer.eval.evaluator;

/** Thrown when an evaluation stopped half way because its thread was asked to. */
public final class EvaluationInterruptedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public EvaluationInterruptedException() {
        super("interrupted between two batches");
    }
}
