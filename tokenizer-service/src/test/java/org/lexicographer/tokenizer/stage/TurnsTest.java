package org.lexicographer.tokenizer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TurnsTest {

    @Test
    void givesEachDatasetItsShareOfAnyStretch() {
        Turns turns = turns(1, 3);

        assertThat(sequence(turns, 12)).isEqualTo("101110111011");
    }

    @Test
    void goesOnWithTheSharesOfThoseThatAreLeft() {
        Turns turns = turns(2, 1, 5);
        sequence(turns, 40);

        turns.end(2);

        assertThat(sequence(turns, 9)).isEqualTo("010010010");
        turns.end(0);
        assertThat(sequence(turns, 3)).isEqualTo("111");
        turns.end(1);
        assertThat(turns.due()).isEmpty();
    }

    /** Within half a context of another dataset's turn, and so of one context of the quota. */
    @Test
    void isNeverAContextAwayFromTheQuotaOfTwo() {
        Turns turns = turns(7, 93);

        for (int total = 1; total <= 1000; total++) {
            sequence(turns, 1);
            assertThat(Math.abs(turns.given(0) - total * 0.07)).isLessThan(1);
        }
    }

    private static Turns turns(long... weights) {
        return new Turns(Arrays.stream(weights).mapToObj(BigInteger::valueOf).toList());
    }

    private static String sequence(Turns turns, int contexts) {
        StringBuilder sequence = new StringBuilder();
        for (int i = 0; i < contexts; i++) {
            int due = turns.due().orElseThrow();
            turns.give(due, 1);
            sequence.append(due);
        }
        return sequence.toString();
    }
}
