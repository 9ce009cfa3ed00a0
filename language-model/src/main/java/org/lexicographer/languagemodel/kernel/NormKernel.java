package org.lexicographer.languagemodel.kernel;

import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Rows;

/**
 * y = (x - m) / sqrt(mean((x - m)^2) + epsilon) * (offset + weight) + bias of each row, where m is
 * the row's mean or 0.
 *
 * @param centred whether m is the mean
 * @param weight (D)
 * @param offset what is added to the weights
 * @param bias (D); empty when nothing is added
 */
public record NormKernel(
        boolean centred, NDArray weight, float offset, Optional<NDArray> bias, float epsilon) {

    /**
     * Computes y.
     *
     * @param input x (..., D)
     * @param output y (..., D)
     */
    public void run(NDArray input, NDArray output) {
        Rows from = Rows.of(input);
        Rows to = Rows.of(output);
        float[] factors = Arrays.copyOf(weight.toFloatArray(), Lanes.padded(from.width())); // (D)
        for (int i = 0; i < from.width(); i++) {
            factors[i] += offset;
        }
        float[] shifts =
                bias.map(b -> Arrays.copyOf(b.toFloatArray(), factors.length)) // (D)
                        .orElseGet(() -> new float[factors.length]);
        RowRanges.run(
                from,
                (first, end) -> {
                    Range range = new Range(from.width(), factors, shifts);
                    for (int row = first; row < end; row++) {
                        range.run(from, to, row);
                    }
                });
    }

    /** Some rows, on one thread. */
    private final class Range {
        private final int width;
        private final float[] factors;
        private final float[] shifts;
        private final float[] values;
        private final float[] lanes = new float[COUNT];

        Range(int width, float[] factors, float[] shifts) {
            this.width = width;
            this.factors = factors;
            this.shifts = shifts;
            this.values = new float[factors.length];
        }

        void run(Rows from, Rows to, int row) {
            from.read(row, 0, values, 0, width);
            // What lies beyond the row adds nothing to its sums.
            Arrays.fill(values, width, values.length, 0);
            float mean = centred ? sum() / width : 0;
            Arrays.fill(values, width, values.length, mean);
            float scale = (float) (1 / Math.sqrt(squares(mean) / width + epsilon));
            for (int i = 0; i < values.length; i += COUNT) {
                FloatVector.fromArray(FLOATS, values, i)
                        .sub(mean)
                        .mul(scale)
                        .fma(
                                FloatVector.fromArray(FLOATS, factors, i),
                                FloatVector.fromArray(FLOATS, shifts, i))
                        .intoArray(values, i);
            }
            to.write(row, 0, values, 0, width);
        }

        private float sum() {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = 0; i < values.length; i += COUNT) {
                sum = sum.add(FloatVector.fromArray(FLOATS, values, i));
            }
            sum.intoArray(lanes, 0);
            return Lanes.sum(lanes, 0);
        }

        private float squares(float mean) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = 0; i < values.length; i += COUNT) {
                FloatVector x = FloatVector.fromArray(FLOATS, values, i).sub(mean);
                sum = x.fma(x, sum);
            }
            sum.intoArray(lanes, 0);
            return Lanes.sum(lanes, 0);
        }
    }
}
