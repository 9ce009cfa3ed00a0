package org.lexicographer.trainer.recipe.kernel;

import static org.lexicographer.trainer.recipe.kernel.Lanes.FLOATS;
import static org.lexicographer.trainer.recipe.kernel.Lanes.get;
import static org.lexicographer.trainer.recipe.kernel.Lanes.load;
import static org.lexicographer.trainer.recipe.kernel.Lanes.set;
import static org.lexicographer.trainer.recipe.kernel.Lanes.store;

import jdk.incubator.vector.FloatVector;

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
            FloatVector sum = load(sums.memory(), at + k);
            store(factors.fma(load(other.memory(), from + k), sum), sums.memory(), at + k);
        }
    }

    /** Sets a row to the difference of a single row and a row of a matrix. */
    public static void setDifference(Rows result, int row, Rows single, Rows matrix, int number) {
        long at = result.place(row);
        long from = matrix.place(number);
        long k = 0;
        for (; k < result.vectorBytes(); k += Lanes.BYTES) {
            FloatVector difference = load(single.memory(), k).sub(load(matrix.memory(), from + k));
            store(difference, result.memory(), at + k);
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
            store(load(other.memory(), from + k).mul(factor), result.memory(), at + k);
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
            even = load(left.memory(), a + k).fma(load(right.memory(), b + k), even);
            odd = load(left.memory(), a + next).fma(load(right.memory(), b + next), odd);
        }
        return Lanes.sum(even.add(odd)) + restOfDot(left, leftRow, right, rightRow);
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
