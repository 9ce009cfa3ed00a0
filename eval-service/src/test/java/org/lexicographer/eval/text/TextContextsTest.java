package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.dataset.DocumentPart;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.stored.DocumentSpan;

class TextContextsTest {

    private static final int END = 9;
    private static final Optional<String> FILE = Optional.of("s3://texts/a.jsonl");

    /** Each digit is a token. */
    private static final Tokenizer DIGITS =
            new Tokenizer() {
                @Override
                public int[] encode(String text) {
                    return text.chars().map(digit -> digit - '0').toArray();
                }

                @Override
                public int endOfText() {
                    return END;
                }

                @Override
                public void close() {
                    // Nothing is held.
                }
            };

    private static TextContexts pack(int contextLength, String... documents) {
        List<DocumentPart> parts = new ArrayList<>();
        for (String document : documents) {
            parts.add(new DocumentPart(parts.size(), parts.size() + 1, document, true));
        }
        return TextContexts.pack(DIGITS, parts, FILE, contextLength);
    }

    @Test
    void aDocumentInPartsIsFollowedByOneEndOfText() {
        List<DocumentPart> parts =
                List.of(
                        new DocumentPart(0, 1, "12", false),
                        new DocumentPart(0, 1, "34", true),
                        new DocumentPart(1, 2, "5", true));

        TextContexts text = TextContexts.pack(DIGITS, parts, FILE, 7);

        assertThat(text.traced().contexts().tokens()).containsExactly(1, 2, 3, 4, END, 5, END);
    }

    @Test
    void everyDocumentIsFollowedByTheEndOfText() {
        TextContexts text = pack(3, "1234", "5");

        assertThat(text.traced().contexts().tokens()).containsExactly(1, 2, 3, 4, END, 5);
        assertThat(text.tokens()).isEqualTo(7);
    }

    @Test
    void anEmptyDocumentLeavesNoTrace() {
        TextContexts text = pack(3, "", "12", "");

        assertThat(text.traced().contexts().tokens()).containsExactly(1, 2, END);
        assertThat(text.tokens()).isEqualTo(3);
    }

    @Test
    void aTextThatFillsNoContextHasNone() {
        TextContexts text = pack(4, "12");

        assertThat(text.traced().contexts().count()).isZero();
        assertThat(text.tokens()).isEqualTo(3);
    }

    @Test
    void eachContextSaysWhichDocumentsItIsFrom() {
        TextContexts text = pack(3, "1234", "", "5");

        assertThat(text.traced().origins().contexts())
                .containsExactly(
                        List.of(new DocumentSpan(0, FILE, 0, 1, 0)),
                        List.of(
                                new DocumentSpan(0, FILE, 0, 1, 3),
                                new DocumentSpan(2, FILE, 2, 3, 0)));
    }

    @Test
    void aTextWithoutAFileHasItsPlacesAllTheSame() {
        List<DocumentPart> parts = DocumentReader.parts("123456");

        TextContexts text = TextContexts.pack(DIGITS, parts, Optional.empty(), 3);

        assertThat(text.traced().origins().of(1))
                .containsExactly(new DocumentSpan(0, Optional.empty(), 0, 1, 3));
    }
}
