package org.lexicographer.benchmark.measure;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Collection;

/**
 * Repeated measurements of one quantity.
 *
 * @param values the measurements, in the order in which they were made: those of two contenders at
 *     the same place are of the same round
 */
public record Samples(@JsonProperty("samples") double[] values) {

    /** Copies the array. */
    public Samples {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        values = values.clone();
    }

    /** Returns the samples of some measurements. */
    public static Samples of(Collection<Double> measured) {
        return new Samples(measured.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Returns the value that half of the samples stay below. */
    @JsonProperty
    public double median() {
        return quantile(0.5);
    }

    /** Returns the value that a quarter of the samples stay below. */
    @JsonProperty
    public double lowerQuartile() {
        return quantile(0.25);
    }

    /** Returns the value that three quarters of the samples stay below. */
    @JsonProperty
    public double upperQuartile() {
        return quantile(0.75);
    }

    /** Between two samples the value is interpolated linearly, as NumPy's default does. */
    private double quantile(double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int lower = (int) position;
        int upper = Math.min(lower + 1, sorted.length - 1);
        return sorted[lower] + (position - lower) * (sorted[upper] - sorted[lower]);
    }
}
