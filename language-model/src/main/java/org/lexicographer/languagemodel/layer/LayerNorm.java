package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import org.lexicographer.languagemodel.kernel.NormKernel;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * y = (x - mean(x)) / sqrt(var(x) + epsilon) * weight + bias over the last dimension (<a
 * href="https://arxiv.org/abs/1607.06450">Ba, Kiros, Hinton 2016</a>).
 *
 * @param weight (D)
 * @param bias (D)
 * @param epsilon keeps the division finite
 * @param bfloat16 empty where weight, bias and inputs are float32
 */
public record LayerNorm(NDArray weight, NDArray bias, float epsilon, Optional<Bfloat16> bfloat16)
        implements Norm {

    public LayerNorm {
        requireNonNull(weight, "weight is null");
        requireNonNull(bias, "bias is null");
        requireNonNull(bfloat16, "bfloat16 is null");
    }

    /** Takes weight and bias of D elements under a prefix. */
    public static LayerNorm take(Weights weights, String prefix, long dim, float epsilon) {
        return new LayerNorm(
                weights.take(prefix + ".weight", dim), // (D)
                weights.take(prefix + ".bias", dim), // (D)
                epsilon,
                weights.bfloat16());
    }

    @Override
    public NDArray forward(NDArray input) {
        if (bfloat16.isPresent() || input.getDevice().isGpu()) {
            return input.getNDArrayInternal()
                    .layerNorm(input, weight.getShape(), weight, bias, epsilon)
                    .singletonOrThrow(); // (..., D)
        }
        NDArray output = input.getManager().create(input.getShape(), DataType.FLOAT32); // (..., D)
        new NormKernel(true, weight, 0, Optional.of(bias), epsilon).run(input, output);
        return output; // (..., D)
    }

    @Override
    public NDArray weigh(NDArray input) {
        return input.mul(weight); // (..., D)
    }
}
