package org.lexicographer.pipeline.dataset;

/** What a file yields: a document, whole or in parts, or a line or row that is none. */
public sealed interface DocumentEntry permits Document, UnusableLine {

    /**
     * Returns the number of the document within its file, from 0; a line that is not blank, or a
     * row, has a number whether it can be used or not.
     */
    long document();
}
