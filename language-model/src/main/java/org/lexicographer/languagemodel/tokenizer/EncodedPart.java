package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import org.lexicographer.pipeline.dataset.Document;
import org.lexicographer.pipeline.dataset.DocumentPart;
import org.lexicographer.pipeline.dataset.TokenizedDocument;

/**
 * The tokens of a document, or of the next part of it.
 *
 * @param document the number of the document within its shard, from 0
 * @param line the number of the line of the shard on which the document begins, from 1
 * @param tokens the token ids
 * @param last whether the document ends after this part
 */
public record EncodedPart(long document, long line, int[] tokens, boolean last) {

    /** Checks that nothing is absent; takes the array as it is. */
    public EncodedPart {
        requireNonNull(tokens, "tokens is null");
    }

    /** Returns the tokens of a document, or of the next part of it. */
    public static EncodedPart of(Document document, Tokenizer tokenizer) {
        int[] tokens =
                switch (document) {
                    case DocumentPart part -> tokenizer.encode(part.text());
                    case TokenizedDocument tokenized -> tokenized.tokens();
                };
        return new EncodedPart(document.document(), document.line(), tokens, document.last());
    }

    /** Returns the end of the document, when its rest cannot be read. */
    public EncodedPart end() {
        return new EncodedPart(document, line, new int[0], true);
    }
}
