package org.lexicographer.benchmark.loop;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.AdamLoop;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.Terms;
import org.lexicographer.trainer.recipe.kernel.TrainedRows;
import org.lexicographer.trainer.recipe.update.AdamStep;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a sparse step does with the rows of its matrices, which lie anywhere in them. */
@State(Scope.Thread)
public class RowLoops {

    private static final int CHOICES = 1_024;
    private static final int OPERATIONS = 2 * Drawn.ACTIVE * Drawn.WIDTH;

    private final int[][] chosen = new int[CHOICES][Drawn.ACTIVE];
    private final float[] numbers = new float[Drawn.ACTIVE];
    private final Terms terms = new Terms();
    private Rows matrix; // (F, D)
    private Rows row; // (1, D)
    private TrainedRows parameter; // (F, D)
    private AdamStep step;
    private int next;

    /** Draws matrices, and which rows of them are taken. */
    @Setup
    public void draw() {
        matrix = Drawn.rows(Drawn.LATENTS);
        row = Drawn.rows(1);
        parameter =
                new TrainedRows(
                        Drawn.rows(Drawn.LATENTS),
                        Rows.allocate(Drawn.LATENTS, Drawn.WIDTH),
                        Rows.allocate(Drawn.LATENTS, Drawn.WIDTH));
        step = AdamStep.of(1e-4, 1);
        Arrays.fill(numbers, 0.1f);
        SplittableRandom random = new SplittableRandom(0);
        for (int[] rows : chosen) {
            Arrays.setAll(rows, i -> random.nextInt(Drawn.LATENTS));
        }
    }

    private Terms choice() {
        next = (next + 1) % CHOICES;
        return terms.of(chosen[next], numbers).between(0, Drawn.ACTIVE);
    }

    /** Adds the rows of the active latents to a sum, as decoding does. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public float sums() {
        Gather.addRows(row, 0, matrix, choice());
        return row.get(0, 0);
    }

    /** Multiplies a row with those of the active latents, as their gradients are. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public float dots() {
        Gather.addDots(row, 0, matrix, choice());
        return numbers[0];
    }

    /** Moves the weights of a latent by Adam. */
    @Benchmark
    @OperationsPerInvocation(Drawn.WIDTH)
    public float adam() {
        next = (next + 1) % CHOICES;
        int latent = chosen[next][0];
        AdamLoop.move(parameter, latent, row, 0, step);
        return parameter.value().get(latent, 0);
    }
}
