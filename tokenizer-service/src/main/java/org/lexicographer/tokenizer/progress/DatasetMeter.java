package org.lexicographer.tokenizer.progress;

import org.lexicographer.languagemodel.tokenizer.EncodedPart;

/** Counts what becomes of the datasets of all runs of a process. Threads may share one. */
public interface DatasetMeter {

    /** Counts the tokens of a part, and the document that it ends. */
    void encoded(EncodedPart part);

    /** Counts a line that was set aside. */
    void rejectedLine();

    /** Counts a shard that was set aside, or the rest of one. */
    void rejectedShard();
}
