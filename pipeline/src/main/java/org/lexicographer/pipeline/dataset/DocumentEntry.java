package org.lexicographer.pipeline.dataset;

/** What a file yields: a document, whole or in parts, or a line that is none. */
public sealed interface DocumentEntry permits DocumentPart, UnusableLine {

    /**
     * Returns the number of the document within its file, from 0; a line that is not blank has a
     * number whether it can be used or not.
     */
    long document();
}
