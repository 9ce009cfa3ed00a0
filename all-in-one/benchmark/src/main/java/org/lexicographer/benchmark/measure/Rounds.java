package org.lexicographer.benchmark.measure;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What contenders took in each round. Whatever compares contenders does so within rounds: what was
 * measured within moments of each other.
 *
 * @param milliseconds by contender's name, round after round
 */
public record Rounds(List<Map<String, Double>> milliseconds) {

    /** Copies the list. */
    public Rounds {
        milliseconds = List.copyOf(milliseconds);
    }

    /** Returns what a contender took, in milliseconds. */
    public Samples times(String name) {
        return samples(round -> round.get(name));
    }

    /**
     * Returns how much a contender did in a second.
     *
     * @param amount what it does each time, in whatever unit
     */
    public Samples rates(String name, double amount) {
        return samples(round -> 1000 * amount / round.get(name));
    }

    /** Returns how many times faster a contender is than another. */
    public Samples timesFaster(String name, String other) {
        return samples(round -> round.get(other) / round.get(name));
    }

    /**
     * Returns the exponents p of time = c * size^p, fitted to each round.
     *
     * @param sizes the size that each contender works on
     */
    public Samples exponents(Map<String, Double> sizes) {
        return samples(round -> PowerLaw.exponent(sizes, round));
    }

    private Samples samples(ToDoubleFunction<Map<String, Double>> value) {
        return new Samples(milliseconds.stream().mapToDouble(value).toArray());
    }
}
