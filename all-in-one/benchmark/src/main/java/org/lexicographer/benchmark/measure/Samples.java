package org.lexicographer.benchmark.measure;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Collection;

/** Repeated measurements of one quantity. */
public record Samples(@JsonProperty("samples") double[] sorted) {

    /** Sorts a copy. */
    public Samples {
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        sorted = sorted.clone();
        Arrays.sort(sorted);
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
        double position = share * (sorted.length - 1);
        int lower = (int) position;
        int upper = Math.min(lower + 1, sorted.length - 1);
        return sorted[lower] + (position - lower) * (sorted[upper] - sorted[lower]);
    }
}
