package org.lexicographer.trainer.sizing;

import java.util.OptionalDouble;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.VectorModule;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.Encoder;

/**
 * How fast this process multiplies a batch with an encoder, found out once, when somebody asks.
 * Whatever else it computes meanwhile makes it slower. No bit of a run depends on it.
 */
public final class ProductSpeed {

    private static final int ROWS = 384;
    private static final int WIDTH = 512;
    private static final int LATENTS = 2048;
    private static final double OPERATIONS = 2.0 * ROWS * WIDTH * LATENTS;

    /** The compiler is done with the loops by then. */
    private static final int WARM_UPS = 40;

    private static final int TIMES = 5;

    private OptionalDouble gigaflops = OptionalDouble.empty();

    /** Returns 10^9 operations a second with all threads; empty without the Vector API. */
    public synchronized OptionalDouble gigaflops() {
        if (gigaflops.isEmpty() && VectorModule.isThere()) {
            gigaflops = OptionalDouble.of(measure());
        }
        return gigaflops;
    }

    private static double measure() {
        try (RowMemory memory = new RowMemory()) {
            Rows rows = Rows.allocate(ROWS, WIDTH);
            Encoder encoder = new Encoder(Workers.shared(), Rows.allocate(LATENTS, WIDTH), memory);
            for (int i = 0; i < WARM_UPS; i++) {
                encoder.run(rows, block -> {});
            }
            long start = System.nanoTime();
            for (int i = 0; i < TIMES; i++) {
                encoder.run(rows, block -> {});
            }
            return TIMES * OPERATIONS / (System.nanoTime() - start);
        }
    }
}
