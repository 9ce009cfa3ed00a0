package org.lexicographer.languagemodel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("lanes")
class LossKernelTest {

    private static final int ROWS = 130;
    private static final int WIDTH = 9;

    /** Of a sum of a hundred terms of float32 logits. */
    private static final Offset<Double> ROUNDING = within(1e-4);

    private final NDManager scope = NDManager.newBaseManager(Device.cpu());

    @AfterEach
    void close() {
        scope.close();
    }

    private static long[] targets(int tokens) {
        long[] targets = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            targets[row] = row * 7L % tokens;
        }
        return targets;
    }

    /** The definition, row by row. */
    private static double expected(float[] rows, float[] table, long[] targets) {
        double total = 0;
        for (int row = 0; row < ROWS; row++) {
            double sum = 0;
            for (int token = 0; token < table.length / WIDTH; token++) {
                sum += Math.exp(logit(rows, row, table, token));
            }
            total += Math.log(sum) - logit(rows, row, table, (int) targets[row]);
        }
        return total;
    }

    private static double logit(float[] rows, int row, float[] table, int token) {
        double logit = 0;
        for (int i = 0; i < WIDTH; i++) {
            logit += rows[row * WIDTH + i] * table[token * WIDTH + i];
        }
        return logit;
    }

    private double sum(NDArray rows, NDArray table, int tile) {
        int tokens = Math.toIntExact(table.getShape().get(0));
        LossKernel loss = new LossKernel(rows, targets(tokens), RowFunction.IDENTITY);
        for (int first = 0; first < tokens; first += tile) {
            loss.add(table.get("%d:%d".formatted(first, Math.min(tokens, first + tile))), first);
        }
        return loss.sum();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 3", "17, 5", "300, 300", "300, 128", "1000, 333"})
    void isTheCrossEntropyWhateverTheTiles(int tokens, int tile) {
        // Given
        NDArray rows = scope.randomNormal(new Shape(ROWS, WIDTH));
        NDArray table = scope.randomNormal(new Shape(tokens, WIDTH));

        // When
        double found = sum(rows, table, tile);

        // Then
        double expected = expected(rows.toFloatArray(), table.toFloatArray(), targets(tokens));
        assertThat(found).isCloseTo(expected, ROUNDING);
    }

    @Test
    void isFiniteWhereExponentialsAreNot() {
        // Given
        NDArray rows = scope.ones(new Shape(ROWS, WIDTH)).mul(30);
        NDArray table = scope.randomNormal(new Shape(40, WIDTH)).mul(30);

        // When
        double found = sum(rows, table, 16);

        // Then
        assertThat(found).isFinite().isPositive();
    }

    @Test
    void isNotFiniteWhereALogitIsNot() {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            // Given
            NDArray rows = scope.ones(new Shape(ROWS, WIDTH));
            float[] elements = new float[20 * WIDTH];
            elements[11 * WIDTH] = value;
            NDArray table = scope.create(elements, new Shape(20, WIDTH));

            // When
            double found = sum(rows, table, 20);

            // Then
            assertThat(found).isNotFinite();
        }
    }
}
