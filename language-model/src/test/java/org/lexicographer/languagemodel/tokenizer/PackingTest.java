package org.lexicographer.languagemodel.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.run.PackingSpec;
import org.lexicographer.pipeline.run.PackingSpec.Beginning;
import org.lexicographer.pipeline.run.PackingSpec.Documents;
import org.lexicographer.pipeline.run.PackingSpec.Separator;

class PackingTest {

    private static final int END = 2;

    /** A tokenizer of which nothing but its special tokens is asked. */
    private record Tokens(OptionalInt beginOfText, int... addedInFront) implements Tokenizer {

        @Override
        public int[] encode(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int endOfText() {
            return END;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private static final Tokenizer WITHOUT_BEGINNING = new Tokens(OptionalInt.empty());
    private static final Tokenizer ADDS_NOTHING = new Tokens(OptionalInt.of(1));
    private static final Tokenizer ADDS_ONE = new Tokens(OptionalInt.of(1), 1);
    private static final Tokenizer ADDS_TWO = new Tokens(OptionalInt.of(1), 1, 7);

    private static Packing packing(Beginning beginning, Separator separator, Tokenizer tokenizer) {
        return Packing.of(new PackingSpec(beginning, separator, Documents.JOIN), 8, tokenizer);
    }

    @Test
    void theTokensAreThoseOfTheTokenizer() {
        assertThat(packing(Beginning.BOS, Separator.EOS, ADDS_NOTHING))
                .isEqualTo(new Packing(8, OptionalInt.of(1), OptionalInt.of(END), Documents.JOIN));
        assertThat(packing(Beginning.NONE, Separator.BOS, ADDS_NOTHING))
                .isEqualTo(new Packing(8, OptionalInt.empty(), OptionalInt.of(1), Documents.JOIN));
        assertThat(packing(Beginning.NONE, Separator.NONE, WITHOUT_BEGINNING))
                .isEqualTo(
                        new Packing(8, OptionalInt.empty(), OptionalInt.empty(), Documents.JOIN));
    }

    @Test
    void autoBeginsContextsAsTheTokenizerBeginsTexts() {
        assertThat(packing(Beginning.AUTO, Separator.EOS, ADDS_ONE).beginning()).hasValue(1);
        assertThat(packing(Beginning.AUTO, Separator.EOS, ADDS_NOTHING).beginning()).isEmpty();
    }

    @Test
    void whatTheTokenizerLacksIsNamed() {
        assertThatThrownBy(() -> packing(Beginning.BOS, Separator.EOS, WITHOUT_BEGINNING))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("names no token that begins a text")
                .hasMessageContaining("needed by=packing.beginning bos");
        assertThatThrownBy(() -> packing(Beginning.NONE, Separator.BOS, WITHOUT_BEGINNING))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("needed by=packing.separator bos");
        assertThatThrownBy(() -> packing(Beginning.AUTO, Separator.EOS, ADDS_TWO))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("several tokens before a text")
                .hasMessageContaining("found=[1, 7]");
    }

    @Test
    void warnsWhereTheTokenizerAddsABeginningAndContextsHaveNone() {
        assertThat(packing(Beginning.NONE, Separator.EOS, ADDS_ONE).warning(ADDS_ONE))
                .hasValueSatisfying(text -> assertThat(text).contains("puts [1] before a text"));
        assertThat(packing(Beginning.AUTO, Separator.EOS, ADDS_ONE).warning(ADDS_ONE)).isEmpty();
        assertThat(packing(Beginning.BOS, Separator.EOS, ADDS_ONE).warning(ADDS_ONE)).isEmpty();
        assertThat(packing(Beginning.NONE, Separator.EOS, ADDS_NOTHING).warning(ADDS_NOTHING))
                .isEmpty();
    }
}
