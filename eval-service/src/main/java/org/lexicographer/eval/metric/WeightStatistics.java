package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.AffineDictionary;

/**
 * How close a dictionary's latents are to one another: figures of its weights alone. Every pair of
 * latents is compared, which is 2 F^2 (D + Dout) operations.
 */
public final class WeightStatistics {

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
        try (NDArray encoderRows = affine.encoderWeight().transpose()) { // (F, D)
            return new WeightStatistics(
                    meanOfLargest(encoderRows), meanOfLargest(affine.decoderWeight()));
        }
    }

    /** Returns the mean over rows (F, D) of the largest cosine with another row. */
    private static double meanOfLargest(NDArray rows) {
        double[] sum = {0};
        Cosines.visit(rows, rows, (row, cosines) -> sum[0] += largestOfOthers(row, cosines));
        return sum[0] / rows.getShape().get(0);
    }

    private static float largestOfOthers(int row, float[] cosines) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int other = 0; other < cosines.length; other++) {
            if (other != row) {
                largest = Math.max(largest, cosines[other]);
            }
        }
        return largest;
    }

    /** Adds this class's figures. */
    public void report(MetricValues values) {
        values.put(MetricDefinition.AVERAGE_MAX_ENCODER_COSINE_SIM, encoder);
        values.put(MetricDefinition.AVERAGE_MAX_DECODER_COSINE_SIM, decoder);
    }
}
