package org.lexicographer.tokenizer.stream;

/** Thrown where a token block would be written that nobody needs: its run has been trained. */
public final class RunTrainedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RunTrainedException(String run) {
        super("run has been trained: run=" + run);
    }
}
