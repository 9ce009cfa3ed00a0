package org.lexicographer.trainer.recipe.sparse;

import org.lexicographer.trainer.recipe.update.AdamStep;
import org.lexicographer.trainer.recipe.update.Parameter;

/**
 * The inner loops of sparse steps. The result of each is defined to the last bit, whatever the
 * implementation: products are fused into sums, and sums are taken in the stated order.
 */
public interface RowKernel {

    /**
     * Finds the elements of a part of a row of pre-activations that exceed a threshold once the
     * bias is added, or are NaN, in the order of their columns.
     *
     * @param bias one row (F)
     * @param threshold at least 0
     * @param active takes their columns and values; has room for F more
     */
    void findAbove(Part part, Rows bias, float threshold, ActiveLatents active);

    /** Adds weighted rows of a matrix to a row, one after another in the terms' order. */
    void addRows(Rows sum, int row, Rows matrix, WeightedRows terms);

    /** Adds {@code factor} times one row to another. */
    void addRow(Rows sum, int row, float factor, Rows other, int otherRow);

    /** Sets a row to the difference of two rows. */
    void setDifference(Rows result, int row, Rows bias, Rows targets);

    /** Sets a row to {@code factor} times another, which may be the same one. */
    void setScaled(Rows result, int row, float factor, Rows other, int otherRow);

    /** Multiplies a row by a number. */
    default void scale(Rows rows, int row, float factor) {
        setScaled(rows, row, factor, rows, row);
    }

    /**
     * Returns the scalar product of two rows. With L {@link #lanes}, whole groups of 2 L elements
     * go to 2 L sums by their place in the group; the second L sums are added to the first, then
     * halves are added until one is left; last, elements after the last whole group are summed on
     * their own, in order, and added.
     */
    float dot(Rows left, int leftRow, Rows right, int rightRow);

    /** Moves a row of a parameter against its gradient by Adam; see {@link AdamStep}. */
    void adam(TrainedRows parameter, int row, Rows gradient, int gradientRow, AdamStep step);

    /** Returns how many elements are worked on at once, which {@link #dot} depends on. */
    int lanes();

    /**
     * A part of one row of pre-activations.
     *
     * @param preActivations (B, F)
     * @param row which row
     * @param from its first column
     * @param to one past its last column
     */
    record Part(Rows preActivations, int row, int from, int to) {

        /** Returns a whole row. */
        public static Part of(Rows preActivations, int row) {
            return new Part(preActivations, row, 0, preActivations.width());
        }
    }

    /**
     * A parameter and its Adam moments as rows.
     *
     * @param value the weights
     * @param firstMoment the running mean of gradients
     * @param secondMoment the running mean of squared gradients
     */
    record TrainedRows(Rows value, Rows firstMoment, Rows secondMoment) {

        public static TrainedRows of(Parameter parameter) {
            return new TrainedRows(
                    Rows.of(parameter.value()),
                    Rows.of(parameter.firstMoment()),
                    Rows.of(parameter.secondMoment()));
        }
    }
}
