package org.lexicographer.pipeline.dataset;

/** A document, or the next part of one. */
public sealed interface Document extends DocumentEntry permits DocumentPart, TokenizedDocument {

    /** Returns the number of the line, or row, of the file on which it begins, from 1. */
    long line();

    /** Tells whether the document ends after this part. */
    boolean last();
}
