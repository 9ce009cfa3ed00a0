package org.lexicographer.eval.page.latent;

import java.util.List;
import java.util.Optional;
import org.lexicographer.pipeline.stored.DocumentSpan;

/**
 * Where a token of a context comes from, as a page shows it.
 *
 * @param file the address of its dataset shard; empty for a text that came without a file
 * @param line the line on which its document begins, from 1
 * @param document the number of the document in the shard, from 0
 * @param token the number of the token in the document, from 0
 */
public record ShownOrigin(Optional<String> file, long line, long document, long token) {

    /** Returns where the first token of each of a context's documents comes from. */
    static List<ShownOrigin> all(List<DocumentSpan> context) {
        return context.stream().map(span -> at(span, span.position())).toList();
    }

    /** Returns where a token of a context comes from, if that was recorded. */
    static Optional<ShownOrigin> of(List<DocumentSpan> context, int position) {
        return context.stream()
                .filter(span -> span.position() <= position)
                .reduce((_, later) -> later)
                .map(span -> at(span, position));
    }

    private static ShownOrigin at(DocumentSpan span, int position) {
        return new ShownOrigin(
                span.shard(),
                span.line(),
                span.document(),
                span.token() + position - span.position());
    }

    /** Returns the place, for people to read. */
    public String text() {
        return "%s, line %d: document %d, token %d"
                .formatted(file.orElse("the text of the request"), line, document, token);
    }
}
