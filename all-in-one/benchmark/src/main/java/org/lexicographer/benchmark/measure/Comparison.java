package org.lexicographer.benchmark.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times contenders in turn. A machine's speed drifts, with its heat and with what else it does; in
 * a round each contender works once, so that what is compared was measured within moments, and
 * every other round goes the other way about, so that no contender always comes first.
 *
 * @param warmUps rounds whose times are not counted
 * @param atLeast rounds whose times are, however long they take
 * @param atMost and no more than these
 * @param seconds no round beyond the least begins after so many seconds of counted work
 */
public record Comparison(int warmUps, int atLeast, int atMost, double seconds) {

    private static final double MILLIS = 1e3;

    public Comparison {
        if (warmUps < 0 || atLeast < 1 || atMost < atLeast) {
            throw new IllegalArgumentException(
                    "rounds out of range: warmUps=%d, atLeast=%d, atMost=%d"
                            .formatted(warmUps, atLeast, atMost));
        }
    }

    /** Counts a number of rounds, however long they take. */
    public Comparison(int warmUps, int rounds) {
        this(warmUps, rounds, rounds, 0);
    }

    /**
     * Lets the contenders work.
     *
     * @param contenders at least one, all of different names
     */
    public Rounds of(List<? extends Contender> contenders) {
        long names = contenders.stream().map(Contender::name).distinct().count();
        if (names < contenders.size()) {
            throw new IllegalArgumentException("contenders of the same name");
        }
        List<Map<String, Double>> measured = new ArrayList<>();
        double worked = 0;
        for (int round = 0; isWanted(round - warmUps, worked); round++) {
            Map<String, Double> times = round(contenders, round);
            if (round >= warmUps) {
                measured.add(times);
                worked += times.values().stream().mapToDouble(Double::doubleValue).sum() / MILLIS;
            }
        }
        return new Rounds(measured);
    }

    private boolean isWanted(int counted, double worked) {
        return counted < atLeast || (counted < atMost && worked < seconds);
    }

    private static Map<String, Double> round(List<? extends Contender> contenders, int round) {
        List<? extends Contender> order = round % 2 == 0 ? contenders : contenders.reversed();
        Map<String, Double> times = new LinkedHashMap<>();
        for (Contender contender : order) {
            times.put(contender.name(), contender.milliseconds());
        }
        return times;
    }
}
