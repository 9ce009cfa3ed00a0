package org.lexicographer.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lexicographer.eval.metric.MetricDefinition.AVERAGE_MAX_DECODER_COSINE_SIM;
import static org.lexicographer.eval.metric.MetricDefinition.AVERAGE_MAX_ENCODER_COSINE_SIM;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;

class WeightStatisticsTest {

    /** Float32 rounding of unit vectors. */
    private static final double ROUNDING = 1e-6;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void release() {
        manager.close();
    }

    @Test
    void aLatentIsComparedWithAllOthersButNotWithItself() {
        // Given: encoder rows (2, 0), (3, 3), (0, -1); decoder rows (1, 0), (-1, 0), (0, 0)
        NDArray encoder = manager.create(new float[][] {{2, 3, 0}, {0, 3, -1}}); // (D, F)
        NDArray decoder = manager.create(new float[][] {{1, 0}, {-1, 0}, {0, 0}}); // (F, D)

        // When
        try (Dictionary dictionary = dictionary(encoder, decoder)) {
            WeightStatistics statistics = WeightStatistics.of(dictionary);

            // Then: a row of zeros has the cosine 0 with all others
            double half = Math.sqrt(0.5);
            assertThat(Figures.value(statistics::report, AVERAGE_MAX_ENCODER_COSINE_SIM))
                    .isCloseTo((half + half + 0) / 3, within(ROUNDING));
            assertThat(Figures.value(statistics::report, AVERAGE_MAX_DECODER_COSINE_SIM))
                    .isCloseTo(0, within(ROUNDING));
        }
    }

    @Test
    void manyLatentsAreComparedInPieces() {
        // Given: 5,000 latents of which each has a twin 2,500 further on, in another piece
        int size = 5000;
        NDArray half = manager.randomNormal(new Shape(2, size / 2)); // (D, F / 2)
        NDArray encoder = half.concat(half.mul(2), 1); // (D, F)

        // When
        try (Dictionary dictionary = dictionary(encoder, manager.ones(new Shape(size, 2)))) {
            WeightStatistics statistics = WeightStatistics.of(dictionary);

            // Then
            assertThat(Figures.value(statistics::report, AVERAGE_MAX_ENCODER_COSINE_SIM))
                    .isCloseTo(1, within(ROUNDING));
        }
    }

    @Test
    void whatHasNoTwoRowsHasNoSuchFigure() {
        // Given
        try (Dictionary identity = new IdentityDictionary(2);
                Dictionary single =
                        dictionary(manager.ones(new Shape(2, 1)), manager.ones(new Shape(1, 2)))) {
            // When
            WeightStatistics ofNoRows = WeightStatistics.of(identity);
            WeightStatistics ofOne = WeightStatistics.of(single);

            // Then
            assertThat(Figures.of(ofNoRows::report, AVERAGE_MAX_ENCODER_COSINE_SIM)).isEmpty();
            assertThat(Figures.of(ofOne::report, AVERAGE_MAX_DECODER_COSINE_SIM)).isEmpty();
        }
    }

    private Dictionary dictionary(NDArray encoder, NDArray decoder) {
        return new StandardDictionary(
                encoder,
                manager.zeros(new Shape(decoder.getShape().get(0))),
                decoder,
                manager.zeros(new Shape(2)),
                false);
    }
}
