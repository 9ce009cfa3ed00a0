package org.lexicographer.languagemodel.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("lanes")
class SumKernelTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "700, 130"})
    void addsOneArrayAfterTheOther(int rows, int width) {
        try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
            // Given
            Shape shape = new Shape(rows, width);
            NDArray first = scope.randomNormal(shape);
            NDArray second = scope.randomNormal(shape);
            NDArray third = scope.randomNormal(shape);
            NDArray sum = scope.create(shape);

            // When
            SumKernel.run(List.of(first, second, third), sum);

            // Then
            float[] x = first.toFloatArray();
            float[] y = second.toFloatArray();
            float[] z = third.toFloatArray();
            for (int i = 0; i < x.length; i++) {
                x[i] = x[i] + y[i] + z[i];
            }
            assertThat(sum.toFloatArray()).isEqualTo(x);
        }
    }
}
