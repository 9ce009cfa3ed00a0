package org.lexicographer.languagemodel.tokenizer;

/** Turns text into token ids; safe for use by several threads. */
public interface Tokenizer extends AutoCloseable {

    /** Returns the ids of all tokens of the text, none added and none cut off. */
    int[] encode(String text);

    /** Returns the id of the token that stands between two documents. */
    int endOfText();

    @Override
    void close();
}
