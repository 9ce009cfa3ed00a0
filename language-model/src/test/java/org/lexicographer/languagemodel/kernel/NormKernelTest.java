package org.lexicographer.languagemodel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("lanes")
class NormKernelTest {

    /** Sums of some hundred squares in float32, of values of about one. */
    private static final Offset<Float> ROUNDING = within(1e-5f);

    private static final float EPSILON = 1e-3f;

    private final NDManager scope = NDManager.newBaseManager(Device.cpu());

    @AfterEach
    void close() {
        scope.close();
    }

    private NDArray drawn(long... shape) {
        return scope.randomNormal(new Shape(shape)).addi(2);
    }

    private float[] run(NormKernel kernel, NDArray rows) {
        NDArray output = scope.create(rows.getShape()); // (N, D)
        kernel.run(rows, output);
        return output.toFloatArray();
    }

    /** The definition, in float64. */
    private static float[] expected(NormKernel kernel, float[] row) {
        double mean = 0;
        for (int i = 0; i < row.length && kernel.centred(); i++) {
            mean += (double) row[i] / row.length;
        }
        double squares = 0;
        for (float x : row) {
            squares += (x - mean) * (x - mean) / row.length;
        }
        float[] weight = kernel.weight().toFloatArray();
        float[] bias = kernel.bias().map(NDArray::toFloatArray).orElse(new float[row.length]);
        float[] normalized = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            double scaled = (row[i] - mean) / Math.sqrt(squares + kernel.epsilon());
            normalized[i] = (float) (scaled * (kernel.offset() + weight[i]) + bias[i]);
        }
        return normalized;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "40, 16", "300, 129"})
    void bringsEachRowToItsScale(int rows, int width) {
        NDArray input = drawn(rows, width);
        for (NormKernel kernel :
                new NormKernel[] {
                    new NormKernel(true, drawn(width), 0, Optional.of(drawn(width)), EPSILON),
                    new NormKernel(false, drawn(width), 1, Optional.empty(), EPSILON)
                }) {
            // When
            float[] found = run(kernel, input);

            // Then
            float[] values = input.toFloatArray();
            for (int row = 0; row < rows; row++) {
                float[] expected =
                        expected(
                                kernel, Arrays.copyOfRange(values, row * width, (row + 1) * width));
                for (int i = 0; i < width; i++) {
                    assertThat(found[row * width + i]).isCloseTo(expected[i], ROUNDING);
                }
            }
        }
    }

    @Test
    void givesARowTheSameBitsAloneAndAmongOthers() {
        // Given
        int width = 200;
        NormKernel kernel =
                new NormKernel(true, drawn(width), 0, Optional.of(drawn(width)), EPSILON);
        NDArray input = drawn(250, width);

        // When
        float[] together = run(kernel, input);

        // Then
        for (int row : new int[] {0, 81, 82, 249}) {
            assertThat(Arrays.copyOfRange(together, row * width, (row + 1) * width))
                    .isEqualTo(run(kernel, input.get("%d:%d".formatted(row, row + 1))));
        }
    }

    @Test
    void leavesWhatIsNoNumberInItsOwnRow() {
        // Given
        float[] values = drawn(12, 9).toFloatArray();
        values[5 * 9 + 1] = Float.NaN;
        NDArray input = scope.create(values, new Shape(12, 9));

        // When
        float[] found = run(new NormKernel(true, drawn(9), 0, Optional.empty(), EPSILON), input);

        // Then
        for (int i = 0; i < found.length; i++) {
            assertThat(Float.isNaN(found[i])).as("element %s", i).isEqualTo(i / 9 == 5);
        }
    }
}
