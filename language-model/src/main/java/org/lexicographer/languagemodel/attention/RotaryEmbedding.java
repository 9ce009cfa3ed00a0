package org.lexicographer.languagemodel.attention;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lexicographer.languagemodel.forward.Positions;

/**
 * Rotary position embedding (<a href="https://arxiv.org/abs/2104.09864">Su et al. 2021, eq.
 * 34</a>), in the layout of GPT-NeoX: dimension i is paired with i + R/2 and turned by the angle
 * position * base^(-2i/R); dimensions from R on are left as they are.
 *
 * @param dimensions R, at least 1; an odd number rotates one more
 * @param base of the angles' geometric series
 * @param scaling how the angles are changed for contexts longer than those of the training
 */
public record RotaryEmbedding(int dimensions, double base, RotaryScaling scaling)
        implements Positions.Tables {

    public RotaryEmbedding {
        requireNonNull(scaling, "scaling is null");
    }

    /**
     * Makes cosines and sines, (T, R/2) each, in the arithmetic of the models' own code: float32
     * throughout, since at large angles its rounding is part of what a model was trained with.
     */
    @Override
    public NDList make(int length, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            float[] frequencies = scaling.frequencies(wavelengths(scope), this);
            NDArray angles =
                    scope.create(floatsUpTo(length), new Shape(length, 1))
                            .mul(scope.create(frequencies)); // (T, R/2)
            NDList tables = new NDList(angles.cos(), angles.sin()); // (T, R/2) twice
            if (scaling.amplitude() != 1) {
                tables.forEach(table -> table.muli(scaling.amplitude()));
            }
            tables.attach(owner);
            return tables;
        }
    }

    private float[] wavelengths(NDManager scope) {
        float[] exponents = new float[Math.ceilDiv(dimensions, 2)];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = 2f * i / dimensions;
        }
        return scope.create((float) base).pow(scope.create(exponents)).toFloatArray();
    }

    private static float[] floatsUpTo(int end) {
        float[] values = new float[end];
        for (int i = 0; i < end; i++) {
            values[i] = i;
        }
        return values;
    }
}
