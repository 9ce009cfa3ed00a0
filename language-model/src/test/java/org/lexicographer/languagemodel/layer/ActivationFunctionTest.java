package org.lexicographer.languagemodel.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.languagemodel.program.Bfloat16;

class ActivationFunctionTest {

    /** A float32 rounding or two of values up to 8. */
    private static final double TOLERANCE = 2e-6;

    private static final Map<String, DoubleUnaryOperator> FORMULAS =
            Map.of(
                    "gelu",
                    x -> x * normalDistribution(x),
                    "gelu_new",
                    ActivationFunctionTest::tanhGelu,
                    "gelu_pytorch_tanh",
                    ActivationFunctionTest::tanhGelu,
                    "gelu_fast",
                    ActivationFunctionTest::fastGelu,
                    "quick_gelu",
                    x -> x * sigmoid(1.702 * x),
                    "relu",
                    x -> Math.max(0, x),
                    "silu",
                    x -> x * sigmoid(x),
                    "tanh",
                    Math::tanh);

    /** Simpson's rule over the density from 0 to x. */
    private static double normalDistribution(double x) {
        int steps = 400;
        double width = x / steps;
        double sum = density(0) + density(x);
        for (int i = 1; i < steps; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * density(i * width);
        }
        return 0.5 + sum * width / 3;
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static double tanhGelu(double x) {
        return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
    }

    private static double fastGelu(double x) {
        return 0.5 * x * (1 + Math.tanh(x * 0.7978845608 * (1 + 0.044715 * x * x)));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gelu",
                "gelu_new",
                "gelu_pytorch_tanh",
                "gelu_fast",
                "quick_gelu",
                "relu",
                "silu",
                "tanh"
            })
    void followsItsFormula(String name) {
        // Given
        float[] inputs = new float[320];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (i - 160) / 20f;
        }

        // When
        float[] found;
        float[] foundInRows = inputs.clone();
        try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
            ActivationFunction function = ActivationFunction.find(name).orElseThrow();
            found = function.apply(scope.create(inputs)).toFloatArray();
            function.ofRows().apply(foundInRows, 0, inputs.length);
        }

        // Then
        for (int i = 0; i < inputs.length; i++) {
            double expected = FORMULAS.get(name).applyAsDouble(inputs[i]);
            assertThat((double) found[i])
                    .as("x=%s", inputs[i])
                    .isCloseTo(expected, within(TOLERANCE));
            assertThat((double) foundInRows[i])
                    .as("in rows, x=%s", inputs[i])
                    .isCloseTo(expected, within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isTheSameInBfloat16(ActivationFunction function) {
        try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
            float[] inputs = {-3, -1, -0.5f, 0, 0.25f, 2, 7};
            Bfloat16 bfloat16 = Bfloat16.compile(scope);
            NDArray narrow = bfloat16.narrowed(scope.create(inputs), scope); // (7)

            NDArray found =
                    bfloat16.activated(function.name().toLowerCase(Locale.ROOT), narrow); // (7)

            float[] wide = bfloat16.widened(found, Device.cpu(), scope).toFloatArray();
            float[] expected = function.apply(scope.create(inputs)).toFloatArray();
            for (int i = 0; i < inputs.length; i++) {
                // bfloat16 rounds by at most 2^-8 of a number.
                assertThat(wide[i])
                        .isCloseTo(expected[i], within(Math.abs(expected[i]) / 255 + 1e-6f));
            }
        }
    }

    @Test
    void knowsNoOtherName() {
        assertThat(ActivationFunction.find("geglu")).isEmpty();
    }
}
