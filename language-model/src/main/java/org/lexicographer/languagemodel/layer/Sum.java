package org.lexicographer.languagemodel.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.lexicographer.languagemodel.kernel.SumKernel;

/** What streams and modules' outputs add up to. */
public final class Sum {

    private Sum() {}

    /**
     * Returns the sum of arrays of one shape (..., D), in the order in which they are given, in the
     * manager of the first.
     */
    public static NDArray of(NDArray first, NDArray second, NDArray... others) {
        if (first.getDevice().isGpu()) {
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
