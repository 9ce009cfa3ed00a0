package org.lexicographer.languagemodel.kernel;

import java.util.Optional;

/**
 * Turns the first dimensions of a head by its position's angles.
 *
 * @param half R/2
 */
record Turning(float[] cosines, float[] sines, int half) {

    private static final Turning NONE = new Turning(new float[0], new float[0], 0);

    static Turning of(Optional<AttentionKernel.Rotation> rotation) {
        return rotation.map(
                        r ->
                                new Turning(
                                        r.cosines().toFloatArray(), // (T, R/2)
                                        r.sines().toFloatArray(), // (T, R/2)
                                        Math.toIntExact(r.cosines().getShape().get(1))))
                .orElse(NONE);
    }

    void turn(float[] values, int at, int position) {
        int table = position * half;
        for (int i = 0; i < half; i++) {
            float first = values[at + i];
            float second = values[at + half + i];
            float cosine = cosines[table + i];
            float sine = sines[table + i];
            values[at + i] = first * cosine - second * sine;
            values[at + half + i] = second * cosine + first * sine;
        }
    }
}
