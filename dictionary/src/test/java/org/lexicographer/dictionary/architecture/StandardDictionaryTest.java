package org.lexicographer.dictionary.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Normalization;

class StandardDictionaryTest {

    /** Float32 products of a few terms of size 1, summed in another order. */
    private static final Offset<Float> ROUNDING = within(1e-5f);

    private static final int ROWS = 5;
    private static final int INPUT = 3;
    private static final int OUTPUT = 4;
    private static final int SIZE = 7;

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void encodesAndDecodesByItsFormula() {
        // Given
        StandardDictionary dictionary = dictionary(INPUT, OUTPUT, false);
        NDArray activations = random(1, ROWS, INPUT); // (N, D)

        // When
        NDArray latents = dictionary.encode(activations); // (N, F)
        NDArray reconstruction = dictionary.decode(latents); // (N, Dout)

        // Then
        float[] x = activations.toFloatArray();
        float[] encoder = dictionary.encoderWeight().toFloatArray();
        float[] bias = dictionary.encoderBias().toFloatArray();
        for (int n = 0; n < ROWS; n++) {
            for (int i = 0; i < SIZE; i++) {
                int row = n;
                int latent = i;
                double z = sum(INPUT, k -> x[row * INPUT + k] * encoder[k * SIZE + latent]);
                float expected = (float) Math.max(0, z + bias[i]);
                assertThat(latents.getFloat(n, i)).isCloseTo(expected, ROUNDING);
            }
        }
        float[] f = latents.toFloatArray();
        float[] decoder = dictionary.decoderWeight().toFloatArray();
        double first = sum(SIZE, i -> f[i] * decoder[i * OUTPUT]);
        assertThat(reconstruction.getShape()).isEqualTo(new Shape(ROWS, OUTPUT));
        assertThat(reconstruction.getFloat(0, 0))
                .isCloseTo((float) first + dictionary.decoderBias().getFloat(0), ROUNDING);
    }

    private static double sum(int count, IntToDoubleFunction term) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += term.applyAsDouble(i);
        }
        return sum;
    }

    @Test
    void subtractsTheDecoderBiasFromTheInputOnlyWhereItSaysSo() {
        // Given
        StandardDictionary tied = dictionary(INPUT, INPUT, true);
        StandardDictionary untied = dictionary(INPUT, INPUT, false);
        NDArray activations = random(1, ROWS, INPUT); // (N, D)

        // When
        NDArray shifted = activations.sub(tied.decoderBias()); // (N, D)

        // Then
        assertThat(tied.encode(activations)).isEqualTo(untied.encode(shifted));
        assertThat(tied.encode(activations)).isNotEqualTo(untied.encode(activations));
    }

    @Test
    void foldsOneScaleIntoTheBiases() {
        assertThatFoldingKeepsTheFunction(
                dictionary(INPUT, INPUT, true), new Normalization(12.5, 12.5));
    }

    @Test
    void foldsTwoScalesIntoAnEncoderThatAbsorbsTheDecoderBias() {
        assertThatFoldingKeepsTheFunction(
                dictionary(INPUT, INPUT, true), new Normalization(12.5, 3));
    }

    @Test
    void foldsTwoScalesWhereWidthsDiffer() {
        assertThatFoldingKeepsTheFunction(
                dictionary(INPUT, OUTPUT, false), new Normalization(0.5, 3));
    }

    private void assertThatFoldingKeepsTheFunction(
            StandardDictionary dictionary, Normalization scales) {
        // Given
        NDArray normalized = random(1, ROWS, dictionary.inputDim()); // (N, D)
        NDArray raw = normalized.mul(scales.input()); // (N, D)

        // When
        StandardDictionary folded = dictionary.fold(scales);

        // Then
        float[] latents = dictionary.encode(normalized).mul(scales.target()).toFloatArray();
        assertThat(folded.encode(raw).toFloatArray())
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(latents);
        float[] expected = dictionary.reconstruct(normalized).mul(scales.target()).toFloatArray();
        assertThat(folded.reconstruct(raw).toFloatArray())
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(expected);
        assertThat(folded.decoderWeight()).isEqualTo(dictionary.decoderWeight());
    }

    @Test
    void rejectsActivationsOfTheWrongWidth() {
        StandardDictionary dictionary = dictionary(INPUT, OUTPUT, false);
        NDArray activations = random(1, ROWS, INPUT + 1); // (N, D + 1)

        assertThatThrownBy(() -> dictionary.encode(activations))
                .isInstanceOf(DictionaryException.class)
                .hasMessage("activation width mismatch: expected=3, found=4");
    }

    @Test
    void rejectsActivationsThatAreNotRows() {
        StandardDictionary dictionary = dictionary(INPUT, OUTPUT, false);
        NDArray activations = manager.zeros(new Shape(2, ROWS, INPUT)); // (B, T, D)

        assertThatThrownBy(() -> dictionary.encode(activations))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("must have two dimensions: expected=(N, 3)");
    }

    @Test
    void rejectsWeightsThatDoNotFitTogether() {
        assertThatThrownBy(
                        () ->
                                new StandardDictionary(
                                        random(1, INPUT, SIZE),
                                        random(2, SIZE),
                                        random(3, SIZE + 1, OUTPUT),
                                        random(4, OUTPUT),
                                        false))
                .isInstanceOf(DictionaryException.class)
                .hasMessage(
                        "weight shape mismatch: expected=(7, 4), found=(8, 4), weight=decoderWeight");
    }

    @Test
    void rejectsATiedBiasBetweenDifferentWidths() {
        assertThatThrownBy(() -> dictionary(INPUT, OUTPUT, true))
                .isInstanceOf(DictionaryException.class)
                .hasMessageContaining("inputDim=3, outputDim=4");
    }

    @Test
    void leavesNothingBehindButItsResults() {
        // Given
        StandardDictionary dictionary = dictionary(INPUT, INPUT, true);
        NDArray activations = random(1, ROWS, INPUT); // (N, D)
        int before = manager.getManagedArrays().size();

        // When
        for (int i = 0; i < 10; i++) {
            dictionary.reconstruct(activations).close();
        }

        // Then
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void identityReturnsWhatItIsGiven() {
        NDArray activations = random(1, ROWS, INPUT); // (N, D)

        assertThat(new IdentityDictionary(INPUT).reconstruct(activations)).isEqualTo(activations);
    }

    @Test
    void zeroReturnsZeros() {
        NDArray activations = random(1, ROWS, INPUT); // (N, D)
        ZeroDictionary zero = new ZeroDictionary(INPUT, OUTPUT, SIZE);

        assertThat(zero.encode(activations)).isEqualTo(manager.zeros(new Shape(ROWS, SIZE)));
        assertThat(zero.reconstruct(activations)).isEqualTo(manager.zeros(new Shape(ROWS, OUTPUT)));
    }

    private StandardDictionary dictionary(int input, int output, boolean tied) {
        return new StandardDictionary(
                random(2, input, SIZE), // (D, F)
                random(3, SIZE), // (F)
                random(4, SIZE, output), // (F, Dout)
                random(5, output), // (Dout)
                tied);
    }

    private NDArray random(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(shape)); // as asked
    }
}
