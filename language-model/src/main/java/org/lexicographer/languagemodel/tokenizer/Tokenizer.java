package org.lexicographer.languagemodel.tokenizer;

import java.util.OptionalInt;

/** Turns text into token ids; safe for use by several threads. */
public interface Tokenizer extends AutoCloseable {

    /** Returns the ids of all tokens of the text, none added and none cut off. */
    int[] encode(String text);

    /**
     * Returns the id of the token that ends a text.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when the model folder
     *     names none that exists
     */
    int endOfText();

    /**
     * Returns the id of the token that begins a text; empty where the model folder names none.
     *
     * @throws org.lexicographer.languagemodel.folder.InvalidModelException when it names one that
     *     does not exist
     */
    OptionalInt beginOfText();

    /** Returns the ids of the tokens that the tokenizer by itself would put before each text. */
    int[] addedInFront();

    @Override
    void close();
}
