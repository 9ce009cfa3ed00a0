package org.lexicographer.languagemodel.layer;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * Rotary position embedding (<a href="https://arxiv.org/abs/2104.09864">Su et al. 2021, eq.
 * 34</a>), in the layout of GPT-NeoX: dimension i is paired with i + R/2 and turned by the angle
 * position * base^(-2i/R); dimensions from R on are left as they are.
 *
 * @param cosines by position, (contextLimit, R/2)
 * @param sines by position, (contextLimit, R/2)
 */
public record RotaryEmbedding(NDArray cosines, NDArray sines) {

    public RotaryEmbedding {
        requireNonNull(cosines, "cosines is null");
        requireNonNull(sines, "sines is null");
    }

    /**
     * Makes the tables, in the arithmetic of the models' own code: float32 throughout, since at
     * large angles its rounding is part of what a model was trained with.
     *
     * @param rotaryDim R, at least 1; an odd number rotates one more
     */
    public static RotaryEmbedding create(
            NDManager owner, int contextLimit, int rotaryDim, double base) {
        float[] exponents = new float[Math.ceilDiv(rotaryDim, 2)];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = 2f * i / rotaryDim;
        }
        try (NDManager scope = owner.newSubManager()) {
            NDArray powers = scope.create((float) base).pow(scope.create(exponents)); // (R/2)
            NDArray frequencies = scope.ones(powers.getShape()).div(powers); // (R/2)
            NDArray angles =
                    scope.create(floatsUpTo(contextLimit), new Shape(contextLimit, 1))
                            .mul(frequencies); // (contextLimit, R/2)
            NDArray cosines = angles.cos(); // (contextLimit, R/2)
            NDArray sines = angles.sin(); // (contextLimit, R/2)
            cosines.attach(owner);
            sines.attach(owner);
            return new RotaryEmbedding(cosines, sines);
        }
    }

    private static float[] floatsUpTo(int end) {
        float[] values = new float[end];
        for (int i = 0; i < end; i++) {
            values[i] = i;
        }
        return values;
    }

    /** Returns the vectors (S, B, H, T, E) turned by their positions, in their manager. */
    public NDArray rotate(NDArray heads, Positions positions) {
        int axis = heads.getShape().dimension() - 1;
        long half = cosines.getShape().get(1);
        NDList parts = split(heads, half, axis); // (..., T, R/2) twice, (..., T, E - R)
        NDArray first = parts.get(0); // (..., T, R/2)
        NDArray second = parts.get(1); // (..., T, R/2)
        NDArray cosine = positions.rows(cosines); // (T, R/2)
        NDArray sine = positions.rows(sines); // (T, R/2)
        parts.set(0, first.mul(cosine).subi(second.mul(sine))); // (..., T, R/2)
        parts.set(1, second.mul(cosine).addi(first.mul(sine))); // (..., T, R/2)
        return NDArrays.concat(parts, axis); // (..., T, E)
    }

    private static NDList split(NDArray heads, long half, int axis) {
        boolean whole = heads.getShape().get(axis) == 2 * half;
        long[] places = whole ? new long[] {half} : new long[] {half, 2 * half};
        return heads.split(places, axis); // (..., T, R/2) twice, then the rest if any
    }
}
