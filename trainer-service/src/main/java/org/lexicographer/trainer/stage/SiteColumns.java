package org.lexicographer.trainer.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.trainer.buffer.ShuffleBuffer;

/**
 * How the sites of a job lie side by side in its rows, and what each one's activations are divided
 * by.
 *
 * @param dims the width of each site's activations, D
 * @param scales what they are divided by; empty until it has been measured
 */
record SiteColumns(List<Integer> dims, List<Double> scales) {

    /** Copies the lists. */
    SiteColumns {
        dims = List.copyOf(dims);
        scales = List.copyOf(scales);
    }

    /** Returns the width of a row. */
    int width() {
        return dims.stream().mapToInt(Integer::intValue).sum();
    }

    /** Tells whether it is known what activations are divided by. */
    boolean areScaled() {
        return !scales.isEmpty();
    }

    /**
     * Measures what activations are divided by: 0 stands for those that cannot be divided by their
     * norm, because it is 0 or nearly 0.
     *
     * @param normalise whether rows are scaled to unit mean squared norm, or left as they are
     */
    SiteColumns scaledBy(ShuffleBuffer rows, boolean normalise) {
        List<Double> measured = new ArrayList<>();
        int from = 0;
        for (int dim : dims) {
            double scale = normalise ? Math.sqrt(rows.meanSquaredNorm(from, from + dim)) : 1.0;
            measured.add(Float.isFinite((float) (1 / scale)) ? scale : 0);
            from += dim;
        }
        return new SiteColumns(dims, measured);
    }

    /** Tells whether the activations of a site can be divided by what was measured. */
    boolean isUsable(int site) {
        return scales.get(site) > 0;
    }

    /** Returns where in a row the values of a site begin. */
    int start(int site) {
        return dims.stream().limit(site).mapToInt(Integer::intValue).sum();
    }

    /**
     * One site's part of a batch, divided by its scale.
     *
     * @param rows the rows, (B, D)
     * @param values the same in this JVM
     */
    record Column(NDArray rows, float[] values) {

        /** Returns the mean over the rows of their squared norm. */
        double meanSquaredNorm() {
            double sum = 0;
            for (float value : values) {
                sum += (double) value * value;
            }
            return sum / rows.getShape().get(0);
        }

        /** Returns the mean over the rows of their squared distance from the mean row. */
        double variance() {
            int dim = Math.toIntExact(rows.getShape().get(1));
            double[] sums = new double[dim];
            for (int i = 0; i < values.length; i++) {
                sums[i % dim] += values[i];
            }
            long count = rows.getShape().get(0);
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                double distance = values[i] - sums[i % dim] / count;
                sum += distance * distance;
            }
            return sum / count;
        }
    }

    /** Cuts a batch into the sites' columns; their arrays belong to the scope. */
    List<Column> cut(NDManager scope, float[] batch) {
        int width = width();
        int batchSize = batch.length / width;
        List<Column> columns = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < dims.size(); i++) {
            int dim = dims.get(i);
            float scale = isUsable(i) ? (float) (1 / scales.get(i)) : 0;
            float[] values = new float[batchSize * dim];
            for (int row = 0; row < batchSize; row++) {
                for (int j = 0; j < dim; j++) {
                    values[row * dim + j] = scale * batch[row * width + from + j];
                }
            }
            NDArray rows =
                    scope.create(FloatBuffer.wrap(values), new Shape(batchSize, dim)); // (B, D)
            columns.add(new Column(rows, values));
            from += dim;
        }
        return columns;
    }
}
