package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogHistogramTest {

    @Test
    void anOctaveHasFourBins() {
        assertThat(LogHistogram.bin(2f) - LogHistogram.bin(1f)).isEqualTo(4);
        assertThat(LogHistogram.bin(1.24f)).isEqualTo(LogHistogram.bin(1f));
        assertThat(LogHistogram.bin(1.25f)).isEqualTo(LogHistogram.bin(1f) + 1);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.MIN_VALUE, Float.MIN_NORMAL, 1e-20f, 0.75f, 1, Float.MAX_VALUE})
    void everyPositiveFloatHasABin(float value) {
        int bin = LogHistogram.bin(value);

        assertThat(bin).isBetween(0, LogHistogram.BINS - 1);
        assertThat(LogHistogram.lower(bin)).isLessThanOrEqualTo(value);
        assertThat(LogHistogram.lower(bin + 1)).isGreaterThan(value);
    }

    @Test
    void histogramsAddUp() {
        // Given
        LogHistogram left = new LogHistogram();
        left.add(1);
        left.add(1.1f);
        left.add(1000);
        LogHistogram right = new LogHistogram();
        right.add(1e-30f);
        right.add(1);

        // When
        left.add(right);

        // Then
        assertThat(left.count(LogHistogram.bin(1))).isEqualTo(3);
        assertThat(left.count(LogHistogram.bin(1000))).isEqualTo(1);
        assertThat(left.count(LogHistogram.bin(1e-30f))).isEqualTo(1);
        assertThat(left.count(LogHistogram.bin(2))).isZero();
        assertThat(left.firstBin()).isEqualTo(LogHistogram.bin(1e-30f));
        assertThat(left.endBin()).isEqualTo(LogHistogram.bin(1000) + 1);
    }

    @Test
    void addingNothingChangesNothing() {
        LogHistogram histogram = new LogHistogram();
        histogram.add(3);

        histogram.add(new LogHistogram());

        assertThat(histogram.endBin() - histogram.firstBin()).isEqualTo(1);
    }
}
