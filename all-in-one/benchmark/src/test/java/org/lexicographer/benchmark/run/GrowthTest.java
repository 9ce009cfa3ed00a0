package org.lexicographer.benchmark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrowthTest {

    private final Growth growth = new Growth();

    @BeforeEach
    void reportOfTwoParts() {
        growth.report("a", 10, 0);
        growth.report("b", 11, 100);
        growth.report("a", 12, 300);
        growth.report("b", 14, 500);
    }

    @Test
    void growsEvenlyBetweenReports() {
        assertThat(growth.reached(250)).isEqualTo(11.5);
        assertThat(growth.reached(800)).isEqualTo(14);
    }

    @Test
    void isReportedAfterItIsReached() {
        assertThat(growth.reported(250)).isEqualTo(12);
    }

    @Test
    void hasWhatWasThereFromTheFirstReportOn() {
        assertThat(growth.reached(0)).isEqualTo(10);
    }

    @Test
    void theRateIsThatOfAllPartsTogether() {
        assertThat(growth.rate(400, 800)).isEqualTo(200);
    }

    @Test
    void anAmountThatWasNeverReachedIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> growth.reached(900))
                .withMessageStartingWith("never reported: amount=900");
    }
}
