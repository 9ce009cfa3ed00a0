package org.lexicographer.kernel;

import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a strip of rows with a panel of a matrix: two vectors side by side, column after
 * column. What is being summed stays in registers, the panel's part in the first cache. For use by
 * one thread.
 *
 * <p>Each element is a sum in the order of columns, with products fused into it.
 */
public final class Strips {

    /** Rows that are summed at once; with two vectors each they leave four registers. */
    public static final int ROWS = 6;

    /** Elements of a panel in each column. */
    public static final int WIDTH = 2 * COUNT;

    private final float[] inputs;
    private final float[] products;
    private final int stride;

    /**
     * Multiplies strips of one array into rows of another.
     *
     * @param inputs whose strips' rows lie side by side, column after column
     * @param stride from one row of products to the next
     */
    public Strips(float[] inputs, float[] products, int stride) {
        this.inputs = inputs;
        this.products = products;
        this.stride = stride;
    }

    /** Returns so many elements made whole panels. */
    public static int padded(int elements) {
        return (elements + WIDTH - 1) / WIDTH * WIDTH;
    }

    /**
     * Multiplies one strip. Calls nothing but the vectors' own methods: the compiler inlines others
     * only for so long.
     *
     * @param at where in the panel's memory its first column is, in bytes
     * @param inputAt where the strip's first column is
     * @param columns how many columns, even
     * @param productAt where the first row of products is; what is there is overwritten
     */
    public void multiply(MemorySegment panel, long at, int inputAt, int columns, int productAt) {
        float[] x = inputs;
        float[] z = products;
        FloatVector a0, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1;
        a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = e0 = e1 = f0 = f1 = FloatVector.zero(FLOATS);
        int end = inputAt + columns * ROWS;
        long w = at;
        // Two columns a turn: with one, counting takes a tenth of the time.
        for (int i = inputAt; i < end; i += 2 * ROWS, w += 4 * Lanes.BYTES) {
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, panel, w, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, panel, w + Lanes.BYTES, ORDER);
            a0 = FloatVector.broadcast(FLOATS, x[i]).fma(w0, a0);
            a1 = FloatVector.broadcast(FLOATS, x[i]).fma(w1, a1);
            b0 = FloatVector.broadcast(FLOATS, x[i + 1]).fma(w0, b0);
            b1 = FloatVector.broadcast(FLOATS, x[i + 1]).fma(w1, b1);
            c0 = FloatVector.broadcast(FLOATS, x[i + 2]).fma(w0, c0);
            c1 = FloatVector.broadcast(FLOATS, x[i + 2]).fma(w1, c1);
            d0 = FloatVector.broadcast(FLOATS, x[i + 3]).fma(w0, d0);
            d1 = FloatVector.broadcast(FLOATS, x[i + 3]).fma(w1, d1);
            e0 = FloatVector.broadcast(FLOATS, x[i + 4]).fma(w0, e0);
            e1 = FloatVector.broadcast(FLOATS, x[i + 4]).fma(w1, e1);
            f0 = FloatVector.broadcast(FLOATS, x[i + 5]).fma(w0, f0);
            f1 = FloatVector.broadcast(FLOATS, x[i + 5]).fma(w1, f1);
            w0 = FloatVector.fromMemorySegment(FLOATS, panel, w + 2 * Lanes.BYTES, ORDER);
            w1 = FloatVector.fromMemorySegment(FLOATS, panel, w + 3 * Lanes.BYTES, ORDER);
            a0 = FloatVector.broadcast(FLOATS, x[i + 6]).fma(w0, a0);
            a1 = FloatVector.broadcast(FLOATS, x[i + 6]).fma(w1, a1);
            b0 = FloatVector.broadcast(FLOATS, x[i + 7]).fma(w0, b0);
            b1 = FloatVector.broadcast(FLOATS, x[i + 7]).fma(w1, b1);
            c0 = FloatVector.broadcast(FLOATS, x[i + 8]).fma(w0, c0);
            c1 = FloatVector.broadcast(FLOATS, x[i + 8]).fma(w1, c1);
            d0 = FloatVector.broadcast(FLOATS, x[i + 9]).fma(w0, d0);
            d1 = FloatVector.broadcast(FLOATS, x[i + 9]).fma(w1, d1);
            e0 = FloatVector.broadcast(FLOATS, x[i + 10]).fma(w0, e0);
            e1 = FloatVector.broadcast(FLOATS, x[i + 10]).fma(w1, e1);
            f0 = FloatVector.broadcast(FLOATS, x[i + 11]).fma(w0, f0);
            f1 = FloatVector.broadcast(FLOATS, x[i + 11]).fma(w1, f1);
        }
        a0.intoArray(z, productAt);
        a1.intoArray(z, productAt + COUNT);
        b0.intoArray(z, productAt + stride);
        b1.intoArray(z, productAt + stride + COUNT);
        c0.intoArray(z, productAt + 2 * stride);
        c1.intoArray(z, productAt + 2 * stride + COUNT);
        d0.intoArray(z, productAt + 3 * stride);
        d1.intoArray(z, productAt + 3 * stride + COUNT);
        e0.intoArray(z, productAt + 4 * stride);
        e1.intoArray(z, productAt + 4 * stride + COUNT);
        f0.intoArray(z, productAt + 5 * stride);
        f1.intoArray(z, productAt + 5 * stride + COUNT);
    }
}
