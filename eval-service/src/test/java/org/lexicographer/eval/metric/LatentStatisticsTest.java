package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lexicographer.eval.metric.MetricDefinition.CONSISTENT_ACTIVATION;
import static org.lexicographer.eval.metric.MetricDefinition.DENSITY_BELOW_1E_5;
import static org.lexicographer.eval.metric.MetricDefinition.DENSITY_BELOW_1E_6;
import static org.lexicographer.eval.metric.MetricDefinition.FRACTION_ALIVE;
import static org.lexicographer.eval.metric.MetricDefinition.FRACTION_ALIVE_8192;
import static org.lexicographer.eval.metric.MetricDefinition.FREQ_OVER_10_PERCENT;
import static org.lexicographer.eval.metric.MetricDefinition.FREQ_OVER_1_PERCENT;
import static org.lexicographer.eval.metric.MetricDefinition.L0;
import static org.lexicographer.eval.metric.MetricDefinition.L1;
import static org.lexicographer.eval.metric.MetricDefinition.MEAN_LOG10_DENSITY;
import static org.lexicographer.eval.metric.MetricDefinition.NORMALIZED_FREQ_OVER_10_PERCENT;
import static org.lexicographer.eval.metric.MetricDefinition.NORMALIZED_FREQ_OVER_1_PERCENT;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class LatentStatisticsTest {

    /** Float32 sums of a few values. */
    private static final double ROUNDING = 1e-6;

    @Test
    void countsAndSumsWhatIsActive() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            LatentStatistics statistics = new LatentStatistics(4, 3);

            // When
            statistics.add(
                    SparseRows.of(
                            manager.create(new float[][] {{1, 0, 0, 2}, {0, 0, 0, 3}}))); // (2, 4)
            statistics.add(
                    SparseRows.of(manager.create(new float[][] {{-0.5f, 0, 0, 0}}))); // (1, 4)

            // Then
            assertThat(Figures.value(statistics::report, L1)).isCloseTo(6.5 / 3, within(ROUNDING));
            assertThat(Figures.value(statistics::report, L0)).isCloseTo(4.0 / 3, within(ROUNDING));
            assertThat(Figures.value(statistics::report, FRACTION_ALIVE)).isEqualTo(0.5);
        }
    }

    @Test
    void theWindowEndsBehindToken8192WhateverThePieces() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given: latent 0 fires on the last token of the window, latent 1 on the one after it
            LatentStatistics statistics = new LatentStatistics(2, 8193);
            float[] piece = new float[2 * 3];
            piece[2 * 1] = 1;
            piece[2 * 2 + 1] = 1;

            // When
            statistics.add(SparseRows.of(manager.zeros(new Shape(8190, 2)))); // (8190, F)
            assertThat(Figures.of(statistics::report, FRACTION_ALIVE_8192)).isEmpty();
            statistics.add(SparseRows.of(manager.create(piece, new Shape(3, 2)))); // (3, F)

            // Then
            assertThat(Figures.value(statistics::report, FRACTION_ALIVE_8192)).isEqualTo(0.5);
            assertThat(Figures.value(statistics::report, FRACTION_ALIVE)).isEqualTo(1);
        }
    }

    @Test
    void activityIsCountedPerContextWhateverThePieces() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given: contexts of two tokens; latent 0 is active on 2 + 1 tokens, latent 1 on 0 + 1
            LatentStatistics statistics = new LatentStatistics(3, 2);

            // When
            statistics.add(SparseRows.of(manager.create(new float[][] {{1, 0, 0}}))); // (1, 3)
            statistics.add(
                    SparseRows.of(
                            manager.create(
                                    new float[][] {{1, 0, 0}, {1, 1, 0}, {0, 0, 0}}))); // (3, 3)

            // Then
            assertThat(Figures.value(statistics::report, CONSISTENT_ACTIVATION))
                    .isEqualTo((3.0 / 2 + 1) / 2);
        }
    }

    @Test
    void densitiesAreSharesOfTokens() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given: of 1,000 tokens latent 0 is active on all, 1 on 100, 2 on 11, 3 on one, 4 on
            // none
            LatentStatistics statistics = new LatentStatistics(5, 10);
            float[] rows = new float[1000 * 5];
            int[] counts = {1000, 100, 11, 1, 0};
            for (int latent = 0; latent < 5; latent++) {
                for (int token = 0; token < counts[latent]; token++) {
                    rows[token * 5 + latent] = 1;
                }
            }

            // When
            statistics.add(SparseRows.of(manager.create(rows, new Shape(1000, 5)))); // (N, F)

            // Then: exactly 10 % is not over 10 %
            assertThat(Figures.value(statistics::report, FREQ_OVER_1_PERCENT)).isEqualTo(3.0 / 5);
            assertThat(Figures.value(statistics::report, FREQ_OVER_10_PERCENT)).isEqualTo(1.0 / 5);
            assertThat(Figures.value(statistics::report, NORMALIZED_FREQ_OVER_1_PERCENT))
                    .isCloseTo(1111.0 / 1112, within(ROUNDING));
            assertThat(Figures.value(statistics::report, NORMALIZED_FREQ_OVER_10_PERCENT))
                    .isCloseTo(1000.0 / 1112, within(ROUNDING));
            assertThat(Figures.value(statistics::report, MEAN_LOG10_DENSITY))
                    .isCloseTo((0 - 1 + Math.log10(0.011) - 3 - 10) / 5, within(ROUNDING));
            assertThat(Figures.value(statistics::report, DENSITY_BELOW_1E_5)).isEqualTo(1.0 / 5);
            assertThat(Figures.value(statistics::report, DENSITY_BELOW_1E_6)).isEqualTo(1.0 / 5);
        }
    }

    @Test
    void withoutAnyActivityThereAreNoSharesOfIt() {
        try (NDManager manager = NDManager.newBaseManager()) {
            // Given
            LatentStatistics statistics = new LatentStatistics(2, 1);

            // When
            statistics.add(SparseRows.of(manager.zeros(new Shape(3, 2)))); // (3, 2)

            // Then
            assertThat(Figures.of(statistics::report, CONSISTENT_ACTIVATION)).isEmpty();
            assertThat(Figures.of(statistics::report, NORMALIZED_FREQ_OVER_1_PERCENT)).isEmpty();
            assertThat(Figures.value(statistics::report, MEAN_LOG10_DENSITY)).isEqualTo(-10);
        }
    }
}
