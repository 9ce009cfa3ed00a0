package org.lexicographer.trainer.recipe.sparse;

/**
 * A short list of weighted row numbers: entries {@code from} to {@code to} of two arrays.
 *
 * @param row the numbers of rows
 * @param weight their weights
 * @param from the first entry
 * @param to one past the last entry
 */
public record WeightedRows(int[] row, float[] weight, int from, int to) {}
