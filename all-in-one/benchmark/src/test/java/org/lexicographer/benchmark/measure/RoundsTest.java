package org.lexicographer.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private static final Rounds ROUNDS =
            new Rounds(
                    List.of(
                            Map.of("ours", 1.0, "peer", 2.0),
                            Map.of("ours", 10.0, "peer", 30.0),
                            Map.of("ours", 100.0, "peer", 400.0)));

    /** Sums of logarithms of doubles. */
    private static final double ROUNDING = 1e-12;

    @Test
    void ratiosAreThoseOfTheSameRound() {
        assertThat(ROUNDS.timesFaster("ours", "peer").values()).containsExactly(2, 3, 4);
    }

    @Test
    void aRateIsWhatIsDoneInASecond() {
        assertThat(ROUNDS.rates("peer", 6).values()).containsExactly(3000, 200, 15);
    }

    @Test
    void anExponentIsFittedToEachRound() {
        Rounds rounds =
                new Rounds(
                        List.of(
                                Map.of("1", 7.0, "2", 14.0, "4", 28.0),
                                Map.of("1", 3.0, "2", 12.0, "4", 48.0)));

        Samples exponents = rounds.exponents(Map.of("1", 1.0, "2", 2.0, "4", 4.0));

        assertThat(exponents.values()).containsExactly(new double[] {1, 2}, offset(ROUNDING));
    }

    @Test
    void whatDoesNotGrowHasTheExponentZero() {
        Rounds rounds = new Rounds(List.of(Map.of("8", 5.0, "64", 5.0)));

        assertThat(rounds.exponents(Map.of("8", 8.0, "64", 64.0)).median()).isZero();
    }

    @Test
    void aSingleSizeHasNoExponent() {
        Rounds rounds = new Rounds(List.of(Map.of("8", 5.0)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> rounds.exponents(Map.of("8", 8.0)))
                .withMessageStartingWith("no exponent of a single size");
    }
}
