package org.lexicographer.trainer.job;

import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunProgress;

/** Where jobs say what they have done. */
public interface TrainerOutput {

    /** Publishes how far a part of a run has come; a later one replaces it. */
    void progress(RunProgress progress);

    /** Announces a dictionary; returns once the broker has it. */
    void announce(DictionaryCheckpoint checkpoint);

    /** Sets a record aside that cannot be used; returns at once. */
    void reject(Rejection rejection);
}
