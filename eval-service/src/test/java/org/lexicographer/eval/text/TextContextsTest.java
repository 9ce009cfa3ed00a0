package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.dataset.DocumentPart;

class TextContextsTest {

    private static final int END = 9;

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
            parts.add(new DocumentPart(parts.size(), document, true));
        }
        return TextContexts.pack(DIGITS, parts, contextLength);
    }

    @Test
    void aDocumentInPartsIsFollowedByOneEndOfText() {
        List<DocumentPart> parts =
                List.of(
                        new DocumentPart(0, "12", false),
                        new DocumentPart(0, "34", true),
                        new DocumentPart(1, "5", true));

        TextContexts text = TextContexts.pack(DIGITS, parts, 7);

        assertThat(text.contexts().tokens()).containsExactly(1, 2, 3, 4, END, 5, END);
    }

    @Test
    void everyDocumentIsFollowedByTheEndOfText() {
        TextContexts text = pack(3, "1234", "5");

        assertThat(text.contexts().tokens()).containsExactly(1, 2, 3, 4, END, 5);
        assertThat(text.tokens()).isEqualTo(7);
    }

    @Test
    void anEmptyDocumentLeavesNoTrace() {
        TextContexts text = pack(3, "", "12", "");

        assertThat(text.contexts().tokens()).containsExactly(1, 2, END);
        assertThat(text.tokens()).isEqualTo(3);
    }

    @Test
    void aTextThatFillsNoContextHasNone() {
        TextContexts text = pack(4, "12");

        assertThat(text.contexts().count()).isZero();
        assertThat(text.tokens()).isEqualTo(3);
    }
}
