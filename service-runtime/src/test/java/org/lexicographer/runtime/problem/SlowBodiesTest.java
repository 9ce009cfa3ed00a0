package org.lexicographer.runtime.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.runtime.problem.SlowBodies.Pace;

class SlowBodiesTest {

    private static final Pace PACE = new Pace(Duration.ofSeconds(10), 100);

    @ParameterizedTest
    @CsvSource({
        "0, PT0S, false",
        "0, PT10S, false",
        "0, PT10.1S, true",
        "99, PT11S, true",
        "100, PT11S, false",
        "100, PT12S, true",
        "9223372036854775807, PT100H, false"
    })
    void aBodyMayTakeItsTimeAtFirstAndMustComeAtItsPaceThen(
            long bytes, Duration elapsed, boolean tooSlow) {
        assertThat(PACE.isTooSlow(bytes, elapsed)).isEqualTo(tooSlow);
    }
}
