package org.lexicographer.benchmark.loop;

import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.Encoder;
import org.lexicographer.trainer.recipe.active.LargestLatents;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The product of a tile of rows with the encoder, on one thread, and what is selected of it. */
@State(Scope.Thread)
public class EncodeLoops {

    private static final int OPERATIONS = 2 * TileProduct.ROWS * Drawn.WIDTH * Drawn.LATENTS;

    private final int latents;
    private final RowMemory memory = new RowMemory();
    private Rows rows; // (96, D)
    private Encoder encoder;
    private ActiveLatents active;
    private LargestLatents largest;

    /** Encodes for as many latents as a step of usual size has. */
    public EncodeLoops() {
        this(Drawn.LATENTS);
    }

    EncodeLoops(int latents) {
        this.latents = latents;
    }

    /** Draws rows and weights. */
    @Setup
    public void draw() {
        Workers alone = new Workers(1);
        rows = Drawn.rows(TileProduct.ROWS);
        encoder = new Encoder(alone, Drawn.rows(latents), memory);
        active = new ActiveLatents(latents);
        Rows bias = Rows.allocate(1, latents);
        largest = LargestLatents.of(LargestLatents.Scope.ROW, alone, bias);
    }

    /** Frees what draws took. */
    @TearDown
    public void free() {
        memory.close();
    }

    /** Multiplies and keeps nothing. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void multiply() {
        encoder.run(rows, block -> {});
    }

    /** Multiplies and keeps the largest latents of each row; returns how many those are. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long multiplyAndSelect() {
        active.begin(TileProduct.ROWS);
        largest.begin(active, Drawn.ACTIVE);
        encoder.run(rows, largest);
        return active.count();
    }
}
