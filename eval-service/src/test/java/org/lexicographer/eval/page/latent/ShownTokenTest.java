package org.lexicographer.eval.page.latent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTokenTest {

    @ParameterizedTest
    @CsvSource({"0, 8, 0", "0.001, 8, 1", "4, 8, 5", "8, 8, 10", "9, 8, 10", "-1, 8, 0", "0, 0, 0"})
    void theHeatIsTheShareOfTheLargestValue(double value, double most, int heat) {
        assertThat(ShownToken.heat(value, most)).isEqualTo(heat);
    }

    @Test
    void whatCannotBeSeenHasASignThatCan() {
        assertThat(ShownToken.visible("")).isEqualTo("\u2205");
        assertThat(ShownToken.visible("a\n\tb\u0000\u007f"))
                .isEqualTo("a\u21b5\u2409b\u2400\u2421");
        assertThat(ShownToken.visible(" the")).isEqualTo(" the");
        assertThat(ShownToken.visible("\u202ereversed")).isEqualTo("\ufffdreversed");
        assertThat(ShownToken.visible("\ud83d\ude00")).isEqualTo("\ud83d\ude00");
    }

    @Test
    void theLineEndsWhereTheTextsDoes() {
        assertThat(ShownToken.of(".\n", 1, 1).breaks()).isTrue();
        assertThat(ShownToken.of("\n.", 1, 1).breaks()).isFalse();
    }
}
