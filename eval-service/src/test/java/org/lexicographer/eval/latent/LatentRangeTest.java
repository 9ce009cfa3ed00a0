package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatentRangeTest {

    @Test
    void aValueLiesBetweenTheEdgesOfItsBin() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            LatentRange range = new LatentRange(random.nextFloat(), 1 + random.nextFloat());
            // Edges themselves are where rounding decides.
            float value = (float) range.edge(random.nextInt(LatentRange.BINS));
            if (value >= range.smallest()) {
                int bin = range.bin(value);
                assertThat((double) value).isGreaterThanOrEqualTo(range.edge(bin));
                assertThat((double) value).isLessThan(range.edge(bin + 1));
            }
        }
    }

    @Test
    void theLastBinHasItsUpperEdge() {
        assertThat(new LatentRange(0.1f, 0.7f).bin(0.7f)).isEqualTo(LatentRange.BINS - 1);
        assertThat(new LatentRange(0.1f, 0.7f).bin(0.1f)).isZero();
    }

    @Test
    void aSingleValueLiesInTheFirstBin() {
        assertThat(new LatentRange(3, 3).bin(3)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.001, 0", "2, 0", "2.001, 1", "4, 1", "8, 3", "8.001, 4", "10, 4"})
    void anIntervalHasItsUpperEdge(float value, int interval) {
        assertThat(new LatentRange(0.001f, 10).interval(value)).isEqualTo(interval);
    }
}
