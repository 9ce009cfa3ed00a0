package org.lexicographer.benchmark.loop;

import java.util.SplittableRandom;
import org.lexicographer.kernel.Rows;

/** What loops work on, normally distributed, of the sizes of a training step. */
final class Drawn {

    /** The width of a row, D. */
    static final int WIDTH = 512;

    /** The number of latents, F: their weights are larger than caches. */
    static final int LATENTS = 8_192;

    /** The active latents of a row, L0. */
    static final int ACTIVE = 32;

    private Drawn() {}

    /** Returns rows of {@link #WIDTH}. */
    static Rows rows(int count) {
        SplittableRandom random = new SplittableRandom(count);
        Rows rows = Rows.allocate(count, WIDTH);
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < WIDTH; column++) {
                rows.set(row, column, (float) random.nextGaussian());
            }
        }
        return rows;
    }
}
