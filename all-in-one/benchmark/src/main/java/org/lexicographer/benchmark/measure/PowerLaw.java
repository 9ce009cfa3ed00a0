package org.lexicographer.benchmark.measure;

import java.util.Map;

/** Fits y = c * x^p: the slope of least squares through the logarithms. */
final class PowerLaw {

    private PowerLaw() {}

    /**
     * Returns p.
     *
     * @param x at least two different positive numbers, by name
     * @param y a positive number for each of the names
     */
    static double exponent(Map<String, Double> x, Map<String, Double> y) {
        double meanX = x.keySet().stream().mapToDouble(name -> Math.log(x.get(name))).sum();
        double meanY = x.keySet().stream().mapToDouble(name -> Math.log(y.get(name))).sum();
        meanX /= x.size();
        meanY /= x.size();
        double both = 0;
        double square = 0;
        for (String name : x.keySet()) {
            double fromMean = Math.log(x.get(name)) - meanX;
            both += fromMean * (Math.log(y.get(name)) - meanY);
            square += fromMean * fromMean;
        }
        if (square == 0) {
            throw new IllegalArgumentException("no exponent of a single size: sizes=" + x);
        }
        return both / square;
    }
}
