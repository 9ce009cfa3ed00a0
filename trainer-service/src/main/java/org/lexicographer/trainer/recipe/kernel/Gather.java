package org.lexicographer.trainer.recipe.kernel;

import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.kernel.Lanes.ORDER;
import static org.lexicographer.kernel.Lanes.get;
import static org.lexicographer.kernel.Lanes.set;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Rows;

/**
 * Sums and scalar products over some rows of a matrix. All loops run along rows, where addresses
 * are known ahead; several rows are taken at a time, so that what they have in common is read once.
 */
public final class Gather {

    private Gather() {}

    /**
     * Adds rows of a matrix to a row, each multiplied by its term's number: every element of the
     * sum is a chain of fused products in the order of the terms, whether one call adds them or
     * many do.
     */
    public static void addRows(Rows sums, int row, Rows matrix, Terms terms) {
        int n = terms.from;
        for (; n <= terms.to - 8; n += 8) {
            addEight(sums, row, matrix, terms, n);
        }
        if (n <= terms.to - 4) {
            addFour(sums, row, matrix, terms, n);
            n += 4;
        }
        for (; n < terms.to; n++) {
            RowLoops.addVectors(sums, row, terms.numbers[n], matrix, terms.rows[n]);
        }
        addRest(sums, row, matrix, terms);
    }

    private static void addEight(Rows sums, int row, Rows matrix, Terms terms, int n) {
        MemorySegment sum = sums.memory();
        MemorySegment from = matrix.memory();
        int[] rows = terms.rows;
        float[] numbers = terms.numbers;
        FloatVector w0 = FloatVector.broadcast(FLOATS, numbers[n]);
        FloatVector w1 = FloatVector.broadcast(FLOATS, numbers[n + 1]);
        FloatVector w2 = FloatVector.broadcast(FLOATS, numbers[n + 2]);
        FloatVector w3 = FloatVector.broadcast(FLOATS, numbers[n + 3]);
        FloatVector w4 = FloatVector.broadcast(FLOATS, numbers[n + 4]);
        FloatVector w5 = FloatVector.broadcast(FLOATS, numbers[n + 5]);
        FloatVector w6 = FloatVector.broadcast(FLOATS, numbers[n + 6]);
        FloatVector w7 = FloatVector.broadcast(FLOATS, numbers[n + 7]);
        long p0 = matrix.place(rows[n]);
        long p1 = matrix.place(rows[n + 1]);
        long p2 = matrix.place(rows[n + 2]);
        long p3 = matrix.place(rows[n + 3]);
        long p4 = matrix.place(rows[n + 4]);
        long p5 = matrix.place(rows[n + 5]);
        long p6 = matrix.place(rows[n + 6]);
        long p7 = matrix.place(rows[n + 7]);
        long at = sums.place(row);
        long whole = matrix.vectorBytes();
        for (long k = 0; k < whole; k += Lanes.BYTES) {
            FloatVector s = FloatVector.fromMemorySegment(FLOATS, sum, at + k, ORDER);
            s = w0.fma(FloatVector.fromMemorySegment(FLOATS, from, p0 + k, ORDER), s);
            s = w1.fma(FloatVector.fromMemorySegment(FLOATS, from, p1 + k, ORDER), s);
            s = w2.fma(FloatVector.fromMemorySegment(FLOATS, from, p2 + k, ORDER), s);
            s = w3.fma(FloatVector.fromMemorySegment(FLOATS, from, p3 + k, ORDER), s);
            s = w4.fma(FloatVector.fromMemorySegment(FLOATS, from, p4 + k, ORDER), s);
            s = w5.fma(FloatVector.fromMemorySegment(FLOATS, from, p5 + k, ORDER), s);
            s = w6.fma(FloatVector.fromMemorySegment(FLOATS, from, p6 + k, ORDER), s);
            s = w7.fma(FloatVector.fromMemorySegment(FLOATS, from, p7 + k, ORDER), s);
            s.intoMemorySegment(sum, at + k, ORDER);
        }
    }

    private static void addFour(Rows sums, int row, Rows matrix, Terms terms, int n) {
        MemorySegment sum = sums.memory();
        MemorySegment from = matrix.memory();
        int[] rows = terms.rows;
        float[] numbers = terms.numbers;
        FloatVector w0 = FloatVector.broadcast(FLOATS, numbers[n]);
        FloatVector w1 = FloatVector.broadcast(FLOATS, numbers[n + 1]);
        FloatVector w2 = FloatVector.broadcast(FLOATS, numbers[n + 2]);
        FloatVector w3 = FloatVector.broadcast(FLOATS, numbers[n + 3]);
        long p0 = matrix.place(rows[n]);
        long p1 = matrix.place(rows[n + 1]);
        long p2 = matrix.place(rows[n + 2]);
        long p3 = matrix.place(rows[n + 3]);
        long at = sums.place(row);
        long whole = matrix.vectorBytes();
        for (long k = 0; k < whole; k += Lanes.BYTES) {
            FloatVector s = FloatVector.fromMemorySegment(FLOATS, sum, at + k, ORDER);
            s = w0.fma(FloatVector.fromMemorySegment(FLOATS, from, p0 + k, ORDER), s);
            s = w1.fma(FloatVector.fromMemorySegment(FLOATS, from, p1 + k, ORDER), s);
            s = w2.fma(FloatVector.fromMemorySegment(FLOATS, from, p2 + k, ORDER), s);
            s = w3.fma(FloatVector.fromMemorySegment(FLOATS, from, p3 + k, ORDER), s);
            s.intoMemorySegment(sum, at + k, ORDER);
        }
    }

    /** Adds the elements after the last whole vector. */
    private static void addRest(Rows sums, int row, Rows matrix, Terms terms) {
        for (long k = matrix.vectorBytes(); k < matrix.rowBytes(); k += Float.BYTES) {
            float total = get(sums.memory(), sums.place(row) + k);
            for (int n = terms.from; n < terms.to; n++) {
                float element = get(matrix.memory(), matrix.place(terms.rows[n]) + k);
                total = Math.fma(terms.numbers[n], element, total);
            }
            set(sums.memory(), sums.place(row) + k, total);
        }
    }

    /**
     * Adds to each term's number the scalar product of a row with the matrix's row; see {@link
     * RowLoops#dot} for the order of its sum.
     */
    public static void addDots(Rows left, int row, Rows matrix, Terms terms) {
        int n = terms.from;
        for (; n <= terms.to - 4; n += 4) {
            addFourDots(left, row, matrix, terms, n);
        }
        for (; n < terms.to; n++) {
            terms.numbers[n] += RowLoops.dot(left, row, matrix, terms.rows[n]);
        }
    }

    private static void addFourDots(Rows left, int row, Rows matrix, Terms terms, int n) {
        MemorySegment other = left.memory();
        MemorySegment from = matrix.memory();
        int[] rows = terms.rows;
        long p0 = matrix.place(rows[n]);
        long p1 = matrix.place(rows[n + 1]);
        long p2 = matrix.place(rows[n + 2]);
        long p3 = matrix.place(rows[n + 3]);
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector b0 = FloatVector.zero(FLOATS);
        FloatVector b1 = b0;
        FloatVector c0 = FloatVector.zero(FLOATS);
        FloatVector c1 = c0;
        FloatVector d0 = FloatVector.zero(FLOATS);
        FloatVector d1 = d0;
        long at = left.place(row);
        long whole = matrix.pairBytes();
        for (long k = 0; k < whole; k += 2 * Lanes.BYTES) {
            FloatVector x = FloatVector.fromMemorySegment(FLOATS, other, at + k, ORDER);
            a0 = x.fma(FloatVector.fromMemorySegment(FLOATS, from, p0 + k, ORDER), a0);
            b0 = x.fma(FloatVector.fromMemorySegment(FLOATS, from, p1 + k, ORDER), b0);
            c0 = x.fma(FloatVector.fromMemorySegment(FLOATS, from, p2 + k, ORDER), c0);
            d0 = x.fma(FloatVector.fromMemorySegment(FLOATS, from, p3 + k, ORDER), d0);
            x = FloatVector.fromMemorySegment(FLOATS, other, at + k + Lanes.BYTES, ORDER);
            a1 =
                    x.fma(
                            FloatVector.fromMemorySegment(
                                    FLOATS, from, p0 + k + Lanes.BYTES, ORDER),
                            a1);
            b1 =
                    x.fma(
                            FloatVector.fromMemorySegment(
                                    FLOATS, from, p1 + k + Lanes.BYTES, ORDER),
                            b1);
            c1 =
                    x.fma(
                            FloatVector.fromMemorySegment(
                                    FLOATS, from, p2 + k + Lanes.BYTES, ORDER),
                            c1);
            d1 =
                    x.fma(
                            FloatVector.fromMemorySegment(
                                    FLOATS, from, p3 + k + Lanes.BYTES, ORDER),
                            d1);
        }
        float[] lanes = terms.lanes;
        a0.add(a1).intoArray(lanes, 0);
        b0.add(b1).intoArray(lanes, Lanes.COUNT);
        c0.add(c1).intoArray(lanes, 2 * Lanes.COUNT);
        d0.add(d1).intoArray(lanes, 3 * Lanes.COUNT);
        for (int i = 0; i < 4; i++) {
            float rest = RowLoops.restOfDot(left, row, matrix, rows[n + i]);
            terms.numbers[n + i] += Lanes.sum(lanes, i * Lanes.COUNT) + rest;
        }
    }
}
