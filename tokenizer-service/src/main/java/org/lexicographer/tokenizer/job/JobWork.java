package org.lexicographer.tokenizer.job;

/** What a job does; it starts from what is stored. */
public interface JobWork {

    /**
     * Tokenizes the run to its end.
     *
     * @throws org.lexicographer.tokenizer.stream.RunFailedException when it never can be
     * @throws org.lexicographer.tokenizer.stream.StopSignal.StoppedException when told to stop
     */
    void tokenize();
}
