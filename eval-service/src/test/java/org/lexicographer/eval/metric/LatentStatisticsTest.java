package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lexicographer.eval.metric.MetricDefinition.FRACTION_ALIVE;
import static org.lexicographer.eval.metric.MetricDefinition.FRACTION_ALIVE_8192;
import static org.lexicographer.eval.metric.MetricDefinition.L0;
import static org.lexicographer.eval.metric.MetricDefinition.L1;

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
            LatentStatistics statistics = new LatentStatistics(4);

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
            LatentStatistics statistics = new LatentStatistics(2);
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
}
