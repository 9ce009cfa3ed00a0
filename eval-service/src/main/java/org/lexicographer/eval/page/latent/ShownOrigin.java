package org.lexicographer.eval.page.latent;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.latent.result.Example;
import org.lexicographer.pipeline.stored.DocumentSpan;

/**
 * Where a token of an example comes from, as a page shows it.
 *
 * @param file the address of its dataset shard; empty for a text that came without a file
 * @param line the line on which its document begins, from 1
 * @param document the number of the document in the shard, from 0
 * @param token the number of the token in the document, from 0
 */
public record ShownOrigin(Optional<String> file, long line, long document, long token) {

    /** Returns where the first token of each of an example's documents comes from. */
    static List<ShownOrigin> all(Example example) {
        return example.origin().stream().map(span -> at(span, span.position())).toList();
    }

    /** Returns where the token with the largest value comes from, if that was recorded. */
    static Optional<ShownOrigin> ofPeak(Example example) {
        return example.origin().stream()
                .filter(span -> span.position() <= example.position())
                .reduce((_, later) -> later)
                .map(span -> at(span, example.position()));
    }

    private static ShownOrigin at(DocumentSpan span, int position) {
        return new ShownOrigin(
                span.shard(),
                span.line(),
                span.document(),
                span.token() + position - span.position());
    }

    /** Returns the shard, for people to read. */
    public String shard() {
        return file.orElse("the text of the request");
    }
}
