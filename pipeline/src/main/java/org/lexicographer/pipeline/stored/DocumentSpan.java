package org.lexicographer.pipeline.stored;

import java.util.Optional;
import org.lexicographer.pipeline.Checks;

/**
 * Tokens of a context that follow one another in one document of a dataset. The token that
 * separates a document from the next one belongs to the document that it follows.
 *
 * @param position where in the context the first of them is, from 0
 * @param shard the address of the file that the document lies in; empty for a text that came
 *     without a file
 * @param document the number of the document within its file, from 0; lines that cannot be used
 *     have a number, blank ones have none
 * @param line the number of the line, of the file when it is decompressed, on which the document
 *     begins, from 1
 * @param token the number of the first of the tokens within its document, from 0
 */
public record DocumentSpan(
        int position, Optional<String> shard, long document, long line, long token) {

    /** Checks the components. */
    public DocumentSpan {
        new Checks()
                .notNegative("position", position)
                .present("shard", shard)
                .notNegative("document", document)
                .that("line", line > 0, "not positive", "at least 1", line)
                .notNegative("token", token)
                .end();
    }
}
