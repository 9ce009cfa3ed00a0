package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * The cosines of the angles between the rows of two matrices, row by row, never all at once. A row
 * of zeros has the cosine 0 with every row.
 */
public final class Cosines {

    /** How many cosines are in memory at a time: 16 MiB of float32. */
    private static final long AT_A_TIME = 1L << 22;

    private static final int[] OVER_DIMENSIONS = {1};

    private Cosines() {}

    /** Looks at the cosines of one row of the left matrix with all rows of the right one. */
    @FunctionalInterface
    public interface Visitor {

        /** Looks at them; the array is overwritten afterwards. */
        void visit(int row, float[] cosines);
    }

    /**
     * Visits the rows of the left matrix in their order.
     *
     * @param left float32 (F, D), which stays the caller's
     * @param right float32 (G, D), which stays the caller's; may be the same
     */
    public static void visit(NDArray left, NDArray right, Visitor visitor) {
        int count = Math.toIntExact(right.getShape().get(0));
        long rows = left.getShape().get(0);
        long step = Math.max(1, AT_A_TIME / count);
        try (NDManager scope = left.getManager().newSubManager()) {
            NDArray unitLeft = unit(left, scope); // (F, D)
            NDArray unitRight = unit(right, scope).transpose(); // (D, G)
            float[] cosines = new float[count];
            for (long start = 0; start < rows; start += step) {
                long end = Math.min(rows, start + step);
                float[] part = products(unitLeft, unitRight, start, end); // (n, G)
                for (int row = 0; row < end - start; row++) {
                    System.arraycopy(part, row * count, cosines, 0, count);
                    visitor.visit((int) start + row, cosines);
                }
            }
        }
    }

    private static float[] products(NDArray left, NDArray right, long start, long end) {
        try (NDManager scope = left.getManager().newSubManager()) {
            NDArray part = left.get(new NDIndex("%d:%d".formatted(start, end))); // (n, D)
            part.attach(scope);
            return part.matMul(right).toFloatArray(); // (n, G)
        }
    }

    private static NDArray unit(NDArray rows, NDManager scope) {
        NDArray own = rows.mul(1); // (F, D)
        own.attach(scope);
        NDArray lengths =
                own.square().sum(OVER_DIMENSIONS, true).sqrt().maximum(Float.MIN_NORMAL); // (F, 1)
        return own.divi(lengths); // (F, D)
    }
}
