package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;

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

    @Test
    void everyDocumentIsFollowedByTheEndOfText() {
        TextContexts text = TextContexts.pack(DIGITS, List.of("1234", "5"), 3);

        assertThat(text.contexts().tokens()).containsExactly(1, 2, 3, 4, END, 5);
        assertThat(text.tokens()).isEqualTo(7);
    }

    @Test
    void anEmptyDocumentLeavesNoTrace() {
        TextContexts text = TextContexts.pack(DIGITS, List.of("", "12", ""), 3);

        assertThat(text.contexts().tokens()).containsExactly(1, 2, END);
        assertThat(text.tokens()).isEqualTo(3);
    }

    @Test
    void aTextThatFillsNoContextHasNone() {
        TextContexts text = TextContexts.pack(DIGITS, List.of("12"), 4);

        assertThat(text.contexts().count()).isZero();
        assertThat(text.tokens()).isEqualTo(3);
    }
}
