package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.languagemodel.kernel.LinearKernel;
import org.lexicographer.languagemodel.kernel.LinearKernel.Matrix;
import org.lexicographer.languagemodel.kernel.RowFunction;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * y = x W^T + b.
 *
 * @param weight W, (out, in)
 * @param bias b, (out)
 * @param bfloat16 empty where weight, bias and inputs are float32
 */
public record Linear(Matrix weight, Optional<NDArray> bias, Optional<Bfloat16> bfloat16) {

    public Linear {
        requireNonNull(weight, "weight is null");
        requireNonNull(bias, "bias is null");
        requireNonNull(bfloat16, "bfloat16 is null");
    }

    /**
     * Takes {@code weight} (out, in), and {@code bias} (out) where there is one, under a prefix.
     */
    public static Linear take(Weights weights, String prefix, long in, long out, boolean bias) {
        return new Linear(
                new Matrix(weights.take(prefix + ".weight", out, in), false), // (out, in)
                bias
                        ? Optional.of(weights.take(prefix + ".bias", out)) // (out)
                        : Optional.empty(),
                weights.bfloat16());
    }

    /** Takes {@code weight}, stored as (in, out), and {@code bias} (out) under a prefix. */
    public static Linear takeTransposed(Weights weights, String prefix, long in, long out) {
        return new Linear(
                new Matrix(weights.take(prefix + ".weight", in, out), true), // (out, in)
                Optional.of(weights.take(prefix + ".bias", out)), // (out)
                weights.bfloat16());
    }

    /** Returns y (..., out) for x (..., in), in the manager of x. */
    public NDArray forward(NDArray input) {
        return isForKernel(input)
                ? run(input, RowFunction.IDENTITY) // (..., out)
                : product(input); // (..., out)
    }

    /** Returns the map without its bias: what it does to a difference of inputs. */
    public Linear withoutBias() {
        return new Linear(weight, Optional.empty(), bfloat16);
    }

    /** Returns f(y) (..., out) for x (..., in), in the manager of x. */
    NDArray forward(NDArray input, ActivationFunction function) {
        return isForKernel(input)
                ? run(input, function.ofRows()) // (..., out)
                : activated(product(input), function); // (..., out)
    }

    /** Changes factors (..., out) to f(y) times them, for x (..., in); returns them. */
    NDArray multiply(NDArray factors, NDArray input, ActivationFunction function) {
        if (!isForKernel(input)) {
            return factors.muli(activated(product(input), function)); // (..., out)
        }
        new LinearKernel(weight, bias, function.ofRows(), true).run(input, factors);
        return factors;
    }

    private boolean isForKernel(NDArray input) {
        return bfloat16.isEmpty() && !input.getDevice().isGpu();
    }

    private NDArray activated(NDArray x, ActivationFunction function) {
        return bfloat16.map(it -> it.activated(function.name().toLowerCase(Locale.ROOT), x))
                .orElseGet(() -> function.apply(x)); // like x
    }

    /** Of two dimensions, so that the bias is added by the product and not in a pass of its own. */
    private NDArray product(NDArray input) {
        Shape shape = input.getShape();
        NDArray rows = input.reshape(-1, shape.get(shape.dimension() - 1)); // (N, in)
        return rows.getNDArrayInternal()
                .linear(rows, weight.array(), bias.orElse(null))
                .singletonOrThrow() // (N, out)
                .reshape(resultShape(input)); // (..., out)
    }

    private NDArray run(NDArray input, RowFunction function) {
        NDArray output =
                input.getManager().create(resultShape(input), DataType.FLOAT32); // (..., out)
        new LinearKernel(weight, bias, function, false).run(input, output);
        return output;
    }

    private Shape resultShape(NDArray input) {
        Shape shape = input.getShape();
        return shape.slice(0, shape.dimension() - 1).add(weight.rows());
    }
}
