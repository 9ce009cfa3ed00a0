package org.lexicographer.trainer.recipe.kernel;

import static org.lexicographer.kernel.Lanes.FLOATS;
import static org.lexicographer.kernel.Lanes.ORDER;
import static org.lexicographer.kernel.Lanes.get;
import static org.lexicographer.kernel.Lanes.set;

import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Rows;

/** Loops over one row or two. */
public final class RowLoops {

    private RowLoops() {}

    /** Adds {@code factor} times one row to another; products are fused into the sums. */
    public static void addRow(Rows sums, int row, float factor, Rows other, int otherRow) {
        addVectors(sums, row, factor, other, otherRow);
        long at = sums.place(row);
        long from = other.place(otherRow);
        for (long k = sums.vectorBytes(); k < sums.rowBytes(); k += Float.BYTES) {
            float element = get(other.memory(), from + k);
            set(sums.memory(), at + k, Math.fma(factor, element, get(sums.memory(), at + k)));
        }
    }

    /** Does {@link #addRow} for the elements of whole vectors. */
    static void addVectors(Rows sums, int row, float factor, Rows other, int otherRow) {
        long at = sums.place(row);
        long from = other.place(otherRow);
        FloatVector factors = FloatVector.broadcast(FLOATS, factor);
        for (long k = 0; k < sums.vectorBytes(); k += Lanes.BYTES) {
            FloatVector sum = FloatVector.fromMemorySegment(FLOATS, sums.memory(), at + k, ORDER);
            factors.fma(FloatVector.fromMemorySegment(FLOATS, other.memory(), from + k, ORDER), sum)
                    .intoMemorySegment(sums.memory(), at + k, ORDER);
        }
    }

    /** Sets a row to the difference of a single row and a row of a matrix. */
    public static void setDifference(Rows result, int row, Rows single, Rows matrix, int number) {
        long at = result.place(row);
        long from = matrix.place(number);
        long k = 0;
        for (; k < result.vectorBytes(); k += Lanes.BYTES) {
            FloatVector difference =
                    FloatVector.fromMemorySegment(FLOATS, single.memory(), k, ORDER)
                            .sub(
                                    FloatVector.fromMemorySegment(
                                            FLOATS, matrix.memory(), from + k, ORDER));
            difference.intoMemorySegment(result.memory(), at + k, ORDER);
        }
        for (; k < result.rowBytes(); k += Float.BYTES) {
            float difference = get(single.memory(), k) - get(matrix.memory(), from + k);
            set(result.memory(), at + k, difference);
        }
    }

    /** Sets a row to {@code factor} times another, which may be the same one. */
    public static void setScaled(Rows result, int row, float factor, Rows other, int otherRow) {
        long at = result.place(row);
        long from = other.place(otherRow);
        long k = 0;
        for (; k < result.vectorBytes(); k += Lanes.BYTES) {
            FloatVector.fromMemorySegment(FLOATS, other.memory(), from + k, ORDER)
                    .mul(factor)
                    .intoMemorySegment(result.memory(), at + k, ORDER);
        }
        for (; k < result.rowBytes(); k += Float.BYTES) {
            set(result.memory(), at + k, get(other.memory(), from + k) * factor);
        }
    }

    /** Multiplies a row by a number. */
    public static void scale(Rows rows, int row, float factor) {
        setScaled(rows, row, factor, rows, row);
    }

    /**
     * Returns the scalar product of two rows. With L lanes, whole groups of 2 L elements go to 2 L
     * sums by their place in the group; the second L sums are added to the first, then halves are
     * added until one is left; last, elements after the last whole group are summed on their own,
     * in order, and added.
     */
    public static float dot(Rows left, int leftRow, Rows right, int rightRow) {
        long a = left.place(leftRow);
        long b = right.place(rightRow);
        FloatVector even = FloatVector.zero(FLOATS);
        FloatVector odd = even;
        for (long k = 0; k < left.pairBytes(); k += 2 * Lanes.BYTES) {
            long next = k + Lanes.BYTES;
            even =
                    FloatVector.fromMemorySegment(FLOATS, left.memory(), a + k, ORDER)
                            .fma(
                                    FloatVector.fromMemorySegment(
                                            FLOATS, right.memory(), b + k, ORDER),
                                    even);
            odd =
                    FloatVector.fromMemorySegment(FLOATS, left.memory(), a + next, ORDER)
                            .fma(
                                    FloatVector.fromMemorySegment(
                                            FLOATS, right.memory(), b + next, ORDER),
                                    odd);
        }
        float[] lanes = Lanes.scratch();
        even.add(odd).intoArray(lanes, 0);
        return Lanes.sum(lanes, 0) + restOfDot(left, leftRow, right, rightRow);
    }

    /** Returns what the elements after the last whole group come to. */
    static float restOfDot(Rows left, int leftRow, Rows right, int rightRow) {
        long a = left.place(leftRow);
        long b = right.place(rightRow);
        float rest = 0;
        for (long k = left.pairBytes(); k < left.rowBytes(); k += Float.BYTES) {
            rest = Math.fma(get(left.memory(), a + k), get(right.memory(), b + k), rest);
        }
        return rest;
    }
}
