package org.lexicographer.eval.page.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {

    /** A few roundings of double arithmetic. */
    private static final double ROUNDING = 1e-12;

    @Test
    void ticksAreRoundAndBetweenTheEnds() {
        // Given
        Scale scale = new Scale(-0.31, 0.92, false);

        // When
        List<String> labels = scale.ticks().stream().map(scale::label).toList();

        // Then
        assertThat(labels).containsExactly("0", "0.5");
        assertThat(new Scale(0, 12, false).ticks())
                .containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0);
    }

    @Test
    void logarithmicTicksArePowersOfTen() {
        // Given
        Scale scale = new Scale(2e-5, 0.5, true);

        // Then
        assertThat(scale.ticks().stream().map(scale::label))
                .containsExactly("1e-4", "0.001", "0.01", "0.1");
        assertThat(scale.place(2e-5)).isZero();
        assertThat(scale.place(0.5)).isCloseTo(1, within(ROUNDING));
        assertThat(new Scale(1e-20, 1, true).ticks()).hasSizeLessThan(8);
    }

    @Test
    void oneValueHasRoomOnBothSides() {
        assertThat(Scale.around(3, 3).place(3)).isCloseTo(0.5, within(ROUNDING));
        assertThat(Scale.around(0, 0).place(0)).isCloseTo(0.5, within(ROUNDING));
    }

    @Test
    void whatIsNoAxisIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Scale(1, 1, false));
        assertThatIllegalArgumentException().isThrownBy(() -> new Scale(0, 1, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new Scale(Double.NaN, 1, false));
    }
}
