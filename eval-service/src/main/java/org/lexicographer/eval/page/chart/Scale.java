package org.lexicographer.eval.page.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Places values on an axis.
 *
 * @param least the value at the beginning
 * @param most the value at the end, above {@code least}
 * @param logarithmic whether equal ratios, and not equal differences, are equally far apart; then
 *     {@code least} is positive
 */
record Scale(double least, double most, boolean logarithmic) {

    private static final int TICKS = 6;

    /** Steps of ticks, as multiples of a power of ten. */
    private static final double[] STEPS = {1, 2, 5, 10};

    Scale {
        if (!(least < most) || logarithmic && !(least > 0)) {
            throw new IllegalArgumentException(
                    "not an axis: least=%s, most=%s, logarithmic=%s"
                            .formatted(least, most, logarithmic));
        }
    }

    /** Returns an axis on which all values have a place; of one value, with room on both sides. */
    static Scale around(double least, double most) {
        double room = least < most ? (most - least) / 20 : Math.max(Math.abs(least) / 10, 0.1);
        return new Scale(least - room, most + room, false);
    }

    /** Returns a value's place, 0 at the beginning and 1 at the end. */
    double place(double value) {
        return logarithmic
                ? Math.log(value / least) / Math.log(most / least)
                : (value - least) / (most - least);
    }

    /** Returns some round values between the ends, ascending. */
    List<Double> ticks() {
        return logarithmic ? powersOfTen() : multiples();
    }

    private List<Double> multiples() {
        double step = step((most - least) / TICKS);
        List<Double> ticks = new ArrayList<>();
        for (double i = Math.ceil(least / step); i * step <= most; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static double step(double atLeast) {
        double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
        for (double step : STEPS) {
            if (step * power >= atLeast) {
                return step * power;
            }
        }
        return STEPS[STEPS.length - 1] * power;
    }

    private List<Double> powersOfTen() {
        int first = (int) Math.ceil(Math.log10(least));
        int last = (int) Math.floor(Math.log10(most));
        int stride = Math.max(1, Math.ceilDiv(last - first + 1, TICKS));
        List<Double> ticks = new ArrayList<>();
        for (int power = first; power <= last; power += stride) {
            ticks.add(Math.pow(10, power));
        }
        return ticks;
    }

    /** Returns a tick as text. */
    String label(double tick) {
        // A sum of steps misses zero and round values by rounding alone.
        double step = logarithmic ? tick : step((most - least) / TICKS);
        double round = logarithmic ? tick : Math.round(tick / step) * step;
        return Numbers.figure(round);
    }
}
