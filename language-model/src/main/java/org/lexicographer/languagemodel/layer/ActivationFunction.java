package org.lexicographer.languagemodel.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.languagemodel.kernel.RowFunction;

/**
 * The nonlinearities of MLPs, by the names that {@code config.json} has for them.
 *
 * <p>GELU is that of <a href="https://arxiv.org/abs/1606.08415">Hendrycks, Gimpel 2016</a>, with
 * its two approximations.
 */
public enum ActivationFunction {
    /** x * Phi(x) = x/2 * (1 + erf(x / sqrt 2)). */
    GELU("gelu", "gelu_python"),
    /** x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))); the names differ in rounding alone. */
    GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"),
    /** x * sigmoid(1.702 x). */
    GELU_SIGMOID("quick_gelu"),
    /** max(0, x). */
    RELU("relu"),
    /** x * sigmoid(x). */
    SILU("silu", "swish"),
    /** tanh x. */
    TANH("tanh");

    private static final double CUBIC = 0.044715;
    private static final double SLOPE = Math.sqrt(2 / Math.PI);
    private static final double SIGMOID_SLOPE = 1.702;

    private final Set<String> names;

    ActivationFunction(String... names) {
        this.names = Set.of(names);
    }

    /** Finds a function by one of its names; empty when none has it. */
    public static Optional<ActivationFunction> find(String name) {
        return Arrays.stream(values()).filter(f -> f.names.contains(name)).findFirst();
    }

    /** Returns f for elements in the CPU's memory. */
    RowFunction ofRows() {
        return switch (this) {
            case GELU -> RowFunction.GELU;
            case GELU_TANH -> RowFunction.gated(2 * SLOPE, 2 * SLOPE * CUBIC);
            case GELU_SIGMOID -> RowFunction.gated(SIGMOID_SLOPE, 0);
            case RELU -> RowFunction.RELU;
            case SILU -> RowFunction.gated(1, 0);
            case TANH -> RowFunction.capped(1);
        };
    }

    /** Returns f(x) for each element, a new array in the manager of x. */
    public NDArray apply(NDArray x) {
        return switch (this) {
            case GELU -> Activation.gelu(x); // like x
            case GELU_TANH -> tanhGelu(x); // like x
            case GELU_SIGMOID -> Activation.sigmoid(x.mul(SIGMOID_SLOPE)).muli(x); // like x
            case RELU -> Activation.relu(x); // like x
            case SILU -> Activation.sigmoid(x).muli(x); // like x
            case TANH -> x.tanh(); // like x
        };
    }

    /** As (1 + tanh u) / 2 is the sigmoid of 2 u, in two passes fewer. */
    private static NDArray tanhGelu(NDArray x) {
        NDArray twice = x.mul(x).muli(2 * SLOPE * CUBIC).addi(2 * SLOPE).muli(x); // like x
        return Activation.sigmoid(twice).muli(x); // like x
    }
}
