package org.lexicographer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("lanes")
class LanesTest {

    @Test
    void sumsAddHalves() {
        // Given
        float[] lanes = new float[2 * Lanes.COUNT];
        Arrays.fill(lanes, Lanes.COUNT, 2 * Lanes.COUNT, 1.5f);

        // When
        float sum = Lanes.sum(lanes, Lanes.COUNT);

        // Then
        assertThat(sum).isEqualTo(1.5f * Lanes.COUNT);
    }

    @Test
    void lengthsAreMadeWholeVectors() {
        assertThat(Lanes.padded(0)).isZero();
        assertThat(Lanes.padded(1)).isEqualTo(Lanes.COUNT);
        assertThat(Lanes.padded(Lanes.COUNT)).isEqualTo(Lanes.COUNT);
    }
}
