package org.lexicographer.testing.lanes.kernel;

import jdk.incubator.vector.FloatVector;

/** Doubles numbers, vector by vector. */
public final class Doubling {

    private Doubling() {}

    /** Doubles the numbers in place. */
    public static void apply(float[] values) {
        int lanes = FloatVector.SPECIES_PREFERRED.length();
        for (int i = 0; i + lanes <= values.length; i += lanes) {
            twice(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, values, i))
                    .intoArray(values, i);
        }
    }

    private static FloatVector twice(FloatVector values) {
        return values.mul(2);
    }
}
