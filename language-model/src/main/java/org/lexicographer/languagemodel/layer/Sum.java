package org.lexicographer.languagemodel.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.languagemodel.kernel.SumKernel;
import org.lexicographer.languagemodel.program.Bfloat16;

/** What streams and modules' outputs add up to. */
public final class Sum {

    private Sum() {}

    /**
     * Returns the sum of arrays of one shape (..., D), in the order in which they are given, in the
     * manager of the first.
     *
     * @param bfloat16 empty where the arrays are float32
     */
    public static NDArray of(
            Optional<Bfloat16> bfloat16, NDArray first, NDArray second, NDArray... others) {
        if (bfloat16.isPresent() || first.getDevice().isGpu()) {
            NDArray sum = first.add(second); // (..., D)
            for (NDArray other : others) {
                sum.addi(other);
            }
            return sum; // (..., D)
        }
        NDArray sum = first.getManager().create(first.getShape(), DataType.FLOAT32); // (..., D)
        SumKernel.run(Stream.concat(Stream.of(first, second), Arrays.stream(others)).toList(), sum);
        return sum; // (..., D)
    }
}
