package org.lexicographer.trainer.recipe.loss;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InitialWeightsTest {

    private static final int INPUT = 16;
    private static final int SIZE = 100;

    @Test
    void areAFunctionOfTheSeed() {
        InitialWeights first = InitialWeights.draw(7, INPUT, INPUT, SIZE);
        InitialWeights again = InitialWeights.draw(7, INPUT, INPUT, SIZE);
        InitialWeights other = InitialWeights.draw(8, INPUT, INPUT, SIZE);

        assertThat(again.decoderWeight()).isEqualTo(first.decoderWeight());
        assertThat(again.encoderBias()).isEqualTo(first.encoderBias());
        assertThat(other.decoderWeight()).isNotEqualTo(first.decoderWeight());
    }

    @Test
    void haveTheDecoderTransposedAsEncoderWithColumnsOfNormATenth() {
        InitialWeights weights = InitialWeights.draw(7, INPUT, INPUT, SIZE);

        assertThat(weights.encoderWeight()).isEqualTo(weights.decoderWeight());
        assertThat(weights.decoderBias()).containsOnly(0);
        for (int i = 0; i < SIZE; i++) {
            double squares = 0;
            for (int k = 0; k < INPUT; k++) {
                squares += Math.pow(weights.decoderWeight()[i * INPUT + k], 2);
            }
            assertThat(Math.sqrt(squares)).isBetween(0.1 - 1e-6, 0.1 + 1e-6);
        }
    }

    @Test
    void haveEncoderBiasesSpreadOverALinearLayersDefault() {
        float[] bias = InitialWeights.draw(7, INPUT, INPUT, SIZE).encoderBias();

        float least = Float.MAX_VALUE;
        float most = -Float.MAX_VALUE;
        for (float value : bias) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        assertThat(least).isBetween(-0.25f, -0.2f);
        assertThat(most).isBetween(0.2f, 0.25f);
    }

    @Test
    void haveTheirOwnEncoderWhereWidthsDiffer() {
        InitialWeights weights = InitialWeights.draw(7, INPUT, 5, SIZE);

        assertThat(weights.encoderWeight()).hasSize(SIZE * INPUT);
        assertThat(weights.decoderWeight()).hasSize(SIZE * 5);
        assertThat(weights.decoderBias()).hasSize(5);
    }
}
