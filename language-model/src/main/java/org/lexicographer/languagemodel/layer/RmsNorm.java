package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import org.lexicographer.languagemodel.kernel.NormKernel;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * y = x / sqrt(mean(x^2) + epsilon) * (offset + weight) over the last dimension (<a
 * href="https://arxiv.org/abs/1910.07467">Zhang, Sennrich 2019</a>).
 *
 * @param weight (D)
 * @param offset 0, or 1 where weights are stored as what is added to one
 * @param epsilon keeps the division finite
 * @param bfloat16 empty where weight and inputs are float32
 */
public record RmsNorm(NDArray weight, int offset, float epsilon, Optional<Bfloat16> bfloat16)
        implements Norm {

    private static final int[] LAST = {-1};

    public RmsNorm {
        requireNonNull(weight, "weight is null");
        requireNonNull(bfloat16, "bfloat16 is null");
    }

    /** Takes the weight of D elements under a prefix. */
    public static RmsNorm take(Weights weights, String prefix, long dim, Scale scale) {
        return new RmsNorm(
                weights.take(prefix + ".weight", dim), // (D)
                scale.offset(),
                scale.epsilon(),
                weights.bfloat16());
    }

    /**
     * What all norms of a model have in common.
     *
     * @param offset 0, or 1 where weights are stored as what is added to one
     * @param epsilon keeps the division finite
     */
    public record Scale(int offset, float epsilon) {}

    @Override
    public NDArray forward(NDArray input) {
        if (bfloat16.isPresent()) {
            return bfloat16.get().rmsNorm(input, weight, offset, epsilon); // (..., D)
        }
        if (!input.getDevice().isGpu()) {
            NDArray output =
                    input.getManager().create(input.getShape(), DataType.FLOAT32); // (..., D)
            new NormKernel(false, weight, offset, Optional.empty(), epsilon).run(input, output);
            return output; // (..., D)
        }
        try (NDArray squares = input.square(); // (..., D)
                NDArray means = squares.mean(LAST, true); // (..., 1)
                NDArray norms = means.addi(epsilon).sqrt()) { // (..., 1)
            return input.div(norms).muli(factor(input)); // (..., D)
        }
    }

    @Override
    public NDArray weigh(NDArray input) {
        return input.mul(factor(input)); // (..., D)
    }

    private NDArray factor(NDArray input) {
        return offset == 0
                ? weight // (D)
                : input.getManager().create((float) offset).add(weight); // (D)
    }
}
