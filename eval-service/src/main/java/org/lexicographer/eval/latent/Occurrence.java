package org.lexicographer.eval.latent;

/**
 * What a latent does in one context: where it is active, rising, and how much.
 *
 * @param context the context's number
 * @param positions where it is active
 * @param values its values there
 */
public record Occurrence(int context, int[] positions, float[] values) {

    static Occurrence of(ContextLatents latents, int place) {
        int start = latents.start(place);
        int count = latents.end(place) - start;
        int[] positions = new int[count];
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            positions[i] = latents.position(start + i);
            values[i] = latents.value(start + i);
        }
        return new Occurrence(latents.number(), positions, values);
    }

    /** Returns the largest value. */
    float maximum() {
        float maximum = 0;
        for (float value : values) {
            maximum = Math.max(maximum, value);
        }
        return maximum;
    }
}
