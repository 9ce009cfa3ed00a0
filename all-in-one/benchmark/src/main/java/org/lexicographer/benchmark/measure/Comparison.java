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
 * @param rounds rounds whose times are
 */
public record Comparison(int warmUps, int rounds) {

    public Comparison {
        if (warmUps < 0 || rounds < 1) {
            throw new IllegalArgumentException(
                    "rounds out of range: warmUps=%d, rounds=%d".formatted(warmUps, rounds));
        }
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
        for (int round = 0; round < warmUps + rounds; round++) {
            Map<String, Double> times = round(contenders, round);
            if (round >= warmUps) {
                measured.add(times);
            }
        }
        return new Rounds(measured);
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
