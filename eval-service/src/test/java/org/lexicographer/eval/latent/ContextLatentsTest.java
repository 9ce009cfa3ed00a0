package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.eval.metric.SparseRows;

class ContextLatentsTest {

    private final ContextLatents latents = new ContextLatents(4);

    @Test
    void entriesLieLatentByLatent() {
        // Given: token 0 has latents 1 and 3, token 1 latent 1, token 2 latent 0
        SparseRows rows =
                new SparseRows(
                        new int[] {0, 2, 3, 4}, new int[] {1, 3, 1, 0}, new float[] {5, 6, 7, 8});

        // When
        latents.set(9, rows, new boolean[] {true, true, true});

        // Then
        assertThat(latents.number()).isEqualTo(9);
        assertThat(latents.tokens()).isEqualTo(3);
        assertThat(latents.active()).isEqualTo(3);
        assertThat(latents.latent(1)).isEqualTo(1);
        assertThat(latents.end(1) - latents.start(1)).isEqualTo(2);
        assertThat(latents.position(latents.start(1))).isZero();
        assertThat(latents.value(latents.start(1) + 1)).isEqualTo(7);
        assertThat(latents.position(latents.largest(1))).isEqualTo(1);
    }

    @Test
    void aContextLeavesNothingForTheNext() {
        // Given
        latents.set(
                0,
                new SparseRows(new int[] {0, 2}, new int[] {0, 2}, new float[] {1, 2}),
                new boolean[] {true});

        // When
        latents.set(
                1,
                new SparseRows(new int[] {0, 1}, new int[] {2}, new float[] {3}),
                new boolean[] {true});

        // Then
        assertThat(latents.active()).isEqualTo(1);
        assertThat(latents.latent(0)).isEqualTo(2);
        assertThat(latents.value(latents.start(0))).isEqualTo(3);
        assertThat(latents.end(0)).isEqualTo(1);
    }

    @Test
    void tokensThatDoNotCountAreAsIfSilent() {
        // Given
        SparseRows rows = new SparseRows(new int[] {0, 1, 2}, new int[] {0, 3}, new float[] {1, 2});

        // When
        latents.set(0, rows, new boolean[] {false, true});

        // Then
        assertThat(latents.tokens()).isEqualTo(1);
        assertThat(latents.active()).isEqualTo(1);
        assertThat(latents.latent(0)).isEqualTo(3);
        assertThat(latents.position(latents.start(0))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(floats = {-1, Float.NaN, Float.POSITIVE_INFINITY})
    void whatIsNoActivityIsNamed(float value) {
        SparseRows rows = new SparseRows(new int[] {0, 1}, new int[] {2}, new float[] {value});

        assertThatThrownBy(() -> latents.set(5, rows, new boolean[] {true}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("latent=2, context=5, position=0");
    }
}
