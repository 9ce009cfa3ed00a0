package org.lexicographer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DictionaryReferenceTest {

    @ParameterizedTest
    @ValueSource(strings = {"run/layers.3.mlp.out/topk", "run/embed/topk@0", "a/embed/b@1200"})
    void isWrittenAsItIsRead(String text) {
        assertThat(DictionaryReference.parse(text)).hasToString(text);
    }

    @Test
    void namesAStep() {
        DictionaryReference last = DictionaryReference.parse("run/embed/topk");

        assertThat(last.step()).isEmpty();
        assertThat(last.at(7)).isEqualTo(DictionaryReference.parse("run/embed/topk@7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run/topk",
                "run/embed/topk@",
                "run/embed/topk@-1",
                "run/embed/topk@last",
                "run/embed/topk@1@2",
                "run/embed/topk@9999999999999999999",
                "run/nowhere/topk",
                "../embed/topk"
            })
    void refusesWhatIsNoReference(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> DictionaryReference.parse(text));
    }
}
