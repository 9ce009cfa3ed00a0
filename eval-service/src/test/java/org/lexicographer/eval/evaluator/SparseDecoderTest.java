package org.lexicographer.eval.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.eval.metric.SparseRows;
import org.lexicographer.eval.service.StoredRun;

class SparseDecoderTest {

    /** Float32 sums of some terms around 1, in another order. */
    private static final float ROUNDING = 1e-6f;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void decodesLikeTheProduct() {
        // Given
        Dictionary dictionary = StoredRun.random(manager, false);
        float[] values = new float[5 * dictionary.dictionarySize()];
        values[3] = 1;
        values[31] = 2;
        values[2 * 32 + 7] = 0.5f;
        NDArray latents = manager.create(values, new Shape(5, 32)); // (N, F)

        // When
        NDArray decoded =
                SparseDecoder.of(dictionary)
                        .orElseThrow()
                        .decode(SparseRows.of(latents), latents); // (N, Dout)

        // Then
        assertThat(decoded.getShape()).isEqualTo(new Shape(5, StoredRun.ACTIVATION_DIM));
        assertThat(decoded.toFloatArray())
                .containsExactly(dictionary.decode(latents).toFloatArray(), within(ROUNDING));
    }

    @Test
    void suitsFewActiveLatents() {
        // Given
        SparseDecoder decoder = SparseDecoder.of(StoredRun.random(manager, false)).orElseThrow();
        NDArray few = manager.eye(32, 32, 0, DataType.FLOAT32); // (N, F)
        NDArray many = manager.ones(new Shape(2, 32)); // (N, F)

        // When, Then
        assertThat(decoder.suits(SparseRows.of(few))).isTrue();
        assertThat(decoder.suits(SparseRows.of(many))).isFalse();
    }

    @Test
    void thereIsNoneForADictionaryWithoutAMatrix() {
        assertThat(SparseDecoder.of(new IdentityDictionary(16))).isEmpty();
    }
}
