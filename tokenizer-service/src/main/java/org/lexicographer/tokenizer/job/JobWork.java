package org.lexicographer.tokenizer.job;

/** What a job does; it starts from what is stored. */
public interface JobWork {

    /**
     * Tokenizes the run to its end.
     *
     * @return the offset from which on messages about the dataset came too late to be asked for;
     *     {@link Long#MAX_VALUE} when that is not known
     * @throws org.lexicographer.tokenizer.stream.RunFailedException when the run can never be
     *     tokenized
     * @throws org.lexicographer.tokenizer.stream.StopSignal.StoppedException when told to stop
     */
    long tokenize();
}
