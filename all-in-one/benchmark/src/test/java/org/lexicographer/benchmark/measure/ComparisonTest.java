package org.lexicographer.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private final List<String> order = new ArrayList<>();

    /** Takes the times that it is given. */
    private final class Timed implements Contender {

        private final String name;
        private final Iterator<Double> times;

        Timed(String name, Double... times) {
            this.name = name;
            this.times = List.of(times).iterator();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public double milliseconds() {
            order.add(name);
            return times.next();
        }

        @Override
        public void close() {}
    }

    @Test
    void whatWarmsUpIsNotCounted() {
        Rounds rounds = new Comparison(1, 3).of(List.of(new Timed("ours", 99.0, 2.0, 1.0, 3.0)));

        assertThat(rounds.times("ours").values()).containsExactly(2, 1, 3);
    }

    @Test
    void everyOtherRoundGoesTheOtherWayAbout() {
        new Comparison(1, 1).of(List.of(new Timed("a", 1.0, 1.0), new Timed("b", 1.0, 1.0)));

        assertThat(order).containsExactly("a", "b", "b", "a");
    }

    @Test
    void twoContendersOfOneNameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Comparison(0, 1)
                                        .of(List.of(new Timed("a", 1.0), new Timed("a", 1.0))))
                .withMessage("contenders of the same name");
    }

    @Test
    void thereIsAtLeastOneRound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Comparison(0, 0))
                .withMessage("rounds out of range: warmUps=0, atLeast=0, atMost=0");
    }

    @Test
    void noRoundBeginsAfterTheTimeIsUp() {
        Rounds rounds =
                new Comparison(0, 1, 15, 1.5)
                        .of(List.of(new Timed("ours", 500.0, 500.0, 501.0, 1.0)));

        assertThat(rounds.times("ours").values()).hasSize(3);
    }

    @Test
    void theFewestRoundsTakeWhatTheyTake() {
        Rounds rounds = new Comparison(0, 2, 15, 1.5).of(List.of(new Timed("ours", 9e3, 9e3, 1.0)));

        assertThat(rounds.times("ours").values()).hasSize(2);
    }

    @Test
    void moreRoundsThanTheMostAreNotMade() {
        Rounds rounds = new Comparison(0, 1, 2, 1.5).of(List.of(new Timed("ours", 1.0, 1.0, 1.0)));

        assertThat(rounds.times("ours").values()).hasSize(2);
    }
}
