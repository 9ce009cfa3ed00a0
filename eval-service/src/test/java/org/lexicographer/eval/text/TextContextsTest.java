package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.tokenizer.Packing;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.dataset.DocumentPart;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.run.PackingSpec;
import org.lexicographer.pipeline.run.PackingSpec.Beginning;
import org.lexicographer.pipeline.run.PackingSpec.Documents;
import org.lexicographer.pipeline.run.PackingSpec.Separator;
import org.lexicographer.pipeline.stored.DocumentSpan;

class TextContextsTest {

    private static final int BEGIN = 8;
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
                public OptionalInt beginOfText() {
                    return OptionalInt.of(BEGIN);
                }

                @Override
                public int[] addedInFront() {
                    return new int[] {BEGIN};
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
        return TextContexts.pack(DIGITS, parts, FILE, packing(contextLength));
    }

    private static Packing packing(int contextLength) {
        return Packing.of(PackingSpec.DEFAULT, contextLength, DIGITS);
    }

    @Test
    void aDocumentInPartsIsFollowedByOneEndOfText() {
        List<DocumentPart> parts =
                List.of(
                        new DocumentPart(0, 1, "12", false),
                        new DocumentPart(0, 1, "34", true),
                        new DocumentPart(1, 2, "5", true));

        TextContexts text = TextContexts.pack(DIGITS, parts, FILE, packing(7));

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
    void aTextIsPackedByTheRuleOfItsRun() {
        List<DocumentPart> parts =
                List.of(new DocumentPart(0, 1, "12345", true), new DocumentPart(1, 2, "6", true));
        PackingSpec rule = new PackingSpec(Beginning.AUTO, Separator.NONE, Documents.SEPARATE);

        TextContexts text = TextContexts.pack(DIGITS, parts, FILE, Packing.of(rule, 3, DIGITS));

        assertThat(text.traced().contexts().tokens()).containsExactly(BEGIN, 1, 2, BEGIN, 3, 4);
        assertThat(text.traced().origins().of(1))
                .containsExactly(new DocumentSpan(1, FILE, 0, 1, 2));
        assertThat(text.tokens()).isEqualTo(8);
    }

    @Test
    void aTextWithoutAFileHasItsPlacesAllTheSame() {
        List<DocumentPart> parts = DocumentReader.parts("123456");

        TextContexts text = TextContexts.pack(DIGITS, parts, Optional.empty(), packing(3));

        assertThat(text.traced().origins().of(1))
                .containsExactly(new DocumentSpan(0, Optional.empty(), 0, 1, 3));
    }
}
