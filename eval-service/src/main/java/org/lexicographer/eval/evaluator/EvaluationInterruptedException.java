package org.lexicographer.eval.evaluator;

/** Thrown when an evaluation stops half way because its thread was interrupted. */
public final class EvaluationInterruptedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EvaluationInterruptedException() {
        super("interrupted on its way through the model");
    }
}
