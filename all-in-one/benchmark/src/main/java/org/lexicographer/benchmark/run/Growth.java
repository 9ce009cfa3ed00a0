package org.lexicographer.benchmark.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sum that grows while its parts report, each now and then, how much they have come to. */
final class Growth {

    private record Point(double seconds, double sum) {}

    private final Map<String, Double> parts = new HashMap<>();
    private final List<Point> points = new ArrayList<>();

    /** Takes what a part says that it has come to; reports come in the order of their times. */
    void report(String part, double seconds, double amount) {
        parts.put(part, amount);
        double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
        points.add(new Point(seconds, sum));
    }

    /**
     * Returns when it was first reported that the sum had come to an amount.
     *
     * @throws IllegalStateException when it never was
     */
    double reported(double amount) {
        return points.get(first(amount)).seconds();
    }

    private int first(double amount) {
        for (int i = 0; i < points.size(); i++) {
            if (points.get(i).sum() >= amount) {
                return i;
            }
        }
        throw new IllegalStateException(
                "never reported: amount=%,.0f, reports=%d, last=%s"
                        .formatted(
                                amount, points.size(), points.isEmpty() ? "" : points.getLast()));
    }

    /** Returns when the sum had come to an amount; between two reports it grows evenly. */
    double reached(double amount) {
        int i = first(amount);
        Point after = points.get(i);
        if (i == 0) {
            return after.seconds();
        }
        Point before = points.get(i - 1); // whose sum is below the amount
        double share = (amount - before.sum()) / (after.sum() - before.sum());
        return before.seconds() + share * (after.seconds() - before.seconds());
    }

    /** Returns how much a second it grew between two amounts. */
    double rate(double from, double to) {
        return (to - from) / (reached(to) - reached(from));
    }
}
