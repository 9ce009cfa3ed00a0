package org.lexicographer.trainer.verification;

import java.util.SplittableRandom;

/**
 * An order in which the rows of a batch are taken. The loss is a mean over the rows, so that every
 * order is the same recipe; only sums round otherwise.
 *
 * @param number which order; 0 is the order of the file
 */
record RowOrder(int number) {

    static final RowOrder AS_STORED = new RowOrder(0);

    /** Returns the rows, each so wide, in this order. */
    float[] apply(float[] rows, int width) {
        if (number == 0) {
            return rows;
        }
        int[] order = shuffled(rows.length / width);
        float[] result = new float[rows.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(rows, order[i] * width, result, i * width, width);
        }
        return result;
    }

    private int[] shuffled(int count) {
        SplittableRandom random = new SplittableRandom(number);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
