package org.lexicographer.languagemodel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.kernel.LinearKernel.Matrix;

@Tag("lanes")
class LinearKernelTest {

    /** Sums of a thousand products in float32, of values of about one. */
    private static final Offset<Float> ROUNDING = within(2e-4f);

    private final NDManager scope = NDManager.newBaseManager(Device.cpu());

    @AfterEach
    void close() {
        scope.close();
    }

    private NDArray drawn(long... shape) {
        return scope.randomNormal(new Shape(shape));
    }

    private float[] run(LinearKernel kernel, NDArray rows) {
        long[] shape = {rows.getShape().get(0), kernel.weight().rows()};
        NDArray output = scope.create(new Shape(shape), DataType.FLOAT32); // (N, M)
        kernel.run(rows, output);
        return output.toFloatArray();
    }

    private LinearKernel plain(NDArray weight, NDArray bias) {
        return new LinearKernel(
                new Matrix(weight, false), Optional.of(bias), RowFunction.IDENTITY, false);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "5, 7, 3", "6, 16, 16", "97, 33, 129", "200, 64, 300", "30, 1030, 20"})
    void multipliesAnyNumberOfRowsAndColumns(int rows, int columns, int outputs) {
        // Given
        NDArray input = drawn(rows, columns);
        NDArray weight = drawn(outputs, columns);
        NDArray bias = drawn(outputs);

        // When
        float[] found = run(plain(weight, bias), input);

        // Then
        float[] expected = input.matMul(weight.transpose()).add(bias).toFloatArray();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], ROUNDING);
        }
    }

    @Test
    void takesAMatrixThatIsStoredTransposed() {
        // Given
        NDArray input = drawn(10, 21);
        NDArray weight = drawn(35, 21);
        NDArray bias = drawn(35);
        NDArray stored = weight.transpose().mul(1); // (21, 35)
        NDArray contiguous = scope.create(stored.toFloatArray(), new Shape(21, 35));

        // When
        LinearKernel kernel =
                new LinearKernel(
                        new Matrix(contiguous, true),
                        Optional.of(bias),
                        RowFunction.IDENTITY,
                        false);

        // Then
        assertThat(run(kernel, input)).isEqualTo(run(plain(weight, bias), input));
    }

    @Test
    void givesARowTheSameBitsAloneAndAmongOthers() {
        // Given
        int columns = 600;
        int outputs = 150;
        LinearKernel kernel = plain(drawn(outputs, columns), drawn(outputs));
        NDArray input = drawn(250, columns);

        // When
        float[] together = run(kernel, input);

        // Then
        for (int row : new int[] {0, 5, 95, 96, 249}) {
            float[] alone = run(kernel, input.get("%d:%d".formatted(row, row + 1)));
            assertThat(Arrays.copyOfRange(together, row * outputs, (row + 1) * outputs))
                    .isEqualTo(alone);
        }
    }

    @Test
    void multipliesWhatWasThereWhenAskedTo() {
        // Given
        NDArray input = drawn(20, 8);
        Matrix weight = new Matrix(drawn(30, 8), false);
        NDArray factors = drawn(20, 30);
        NDArray output = factors.duplicate();

        // When
        new LinearKernel(weight, Optional.empty(), RowFunction.RELU, true).run(input, output);

        // Then
        float[] first =
                run(new LinearKernel(weight, Optional.empty(), RowFunction.RELU, false), input);
        float[] second = factors.toFloatArray();
        for (int i = 0; i < first.length; i++) {
            first[i] *= second[i];
        }
        assertThat(output.toFloatArray()).isEqualTo(first);
    }

    @Test
    void leavesWhatIsNoNumberInItsOwnRow() {
        // Given
        float[] values = drawn(12, 4).toFloatArray();
        values[5 * 4 + 1] = Float.NaN;
        NDArray input = scope.create(values, new Shape(12, 4));
        LinearKernel kernel =
                new LinearKernel(
                        new Matrix(drawn(6, 4), false), Optional.empty(), RowFunction.GELU, false);

        // When
        float[] found = run(kernel, input);

        // Then
        for (int i = 0; i < found.length; i++) {
            assertThat(Float.isNaN(found[i])).as("element %s", i).isEqualTo(i / 6 == 5);
        }
    }
}
