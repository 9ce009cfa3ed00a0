package org.lexicographer.eval.latent.companion;

import java.util.Arrays;

/** Finds the latents with the largest values among those that are offered, in rising order. */
final class ClosestSoFar {

    private final int[] latents = new int[CloseLatents.MOST];
    private final double[] values = new double[CloseLatents.MOST];
    private int size;

    void offer(int latent, double value) {
        int at = size;
        while (at > 0 && value > values[at - 1]) {
            at--;
        }
        if (at < CloseLatents.MOST) {
            int moved = Math.min(size, CloseLatents.MOST - 1) - at;
            System.arraycopy(latents, at, latents, at + 1, moved);
            System.arraycopy(values, at, values, at + 1, moved);
            latents[at] = latent;
            values[at] = value;
            size = Math.min(CloseLatents.MOST, size + 1);
        }
    }

    CloseLatents latents() {
        return new CloseLatents(Arrays.copyOf(latents, size), Arrays.copyOf(values, size));
    }
}
