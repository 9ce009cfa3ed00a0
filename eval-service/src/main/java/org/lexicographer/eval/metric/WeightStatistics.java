package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.AffineDictionary;

/**
 * How close a dictionary's latents are to one another: figures of its weights alone. Every pair of
 * latents is compared, which is 2 F^2 (D + Dout) operations, but never kept.
 */
public final class WeightStatistics {

    /** How many cosines are in memory at a time: 16 MiB of float32. */
    private static final long COSINES_AT_A_TIME = 1L << 22;

    private static final int[] OVER_DIMENSIONS = {1};

    /** What is smaller than any cosine. */
    private static final float NONE = 4;

    private final double encoder;
    private final double decoder;

    private WeightStatistics(double encoder, double decoder) {
        this.encoder = encoder;
        this.decoder = decoder;
    }

    /** Compares the latents of a dictionary, which stays the caller's. */
    public static WeightStatistics of(Dictionary dictionary) {
        if (!(dictionary instanceof AffineDictionary affine) || dictionary.dictionarySize() < 2) {
            return new WeightStatistics(Double.NaN, Double.NaN);
        }
        try (NDManager scope = affine.encoderWeight().getManager().newSubManager()) {
            NDArray encoderRows = affine.encoderWeight().transpose(); // (F, D)
            encoderRows.attach(scope);
            return new WeightStatistics(
                    meanOfLargest(encoderRows, scope),
                    meanOfLargest(affine.decoderWeight(), scope));
        }
    }

    /** Returns the mean over rows (F, D) of the largest cosine with another row. */
    private static double meanOfLargest(NDArray rows, NDManager owner) {
        long count = rows.getShape().get(0);
        long step = Math.max(1, COSINES_AT_A_TIME / count);
        double sum = 0;
        try (NDManager scope = owner.newSubManager()) {
            NDArray unit = unit(rows, scope); // (F, D)
            for (long start = 0; start < count; start += step) {
                sum += sumOfLargest(unit, start, Math.min(count, start + step));
            }
        }
        return sum / count;
    }

    /** Returns rows of length 1; a row of zeros stays, and its cosines are 0. */
    private static NDArray unit(NDArray rows, NDManager scope) {
        NDArray own = rows.mul(1); // (F, D)
        own.attach(scope);
        NDArray lengths =
                own.square().sum(OVER_DIMENSIONS, true).sqrt().maximum(Float.MIN_NORMAL); // (F, 1)
        return own.divi(lengths); // (F, D)
    }

    private static double sumOfLargest(NDArray unit, long start, long end) {
        try (NDManager scope = unit.getManager().newSubManager()) {
            NDArray part = unit.get(new NDIndex("%d:%d".formatted(start, end))); // (n, D)
            part.attach(scope);
            NDArray cosines = part.matMul(unit.transpose()); // (n, F)
            NDArray itself =
                    scope.arange((int) start, (int) end)
                            .oneHot((int) unit.getShape().get(0), DataType.FLOAT32)
                            .mul(NONE); // (n, F)
            return cosines.subi(itself)
                    .max(OVER_DIMENSIONS)
                    .toType(DataType.FLOAT64, false)
                    .sum()
                    .getDouble();
        }
    }

    /** Adds this class's figures. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.AVERAGE_MAX_ENCODER_COSINE_SIM, encoder);
        values.put(MetricDefinition.AVERAGE_MAX_DECODER_COSINE_SIM, decoder);
    }
}
