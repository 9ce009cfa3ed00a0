package org.lexicographer.benchmark.table;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lexicographer.benchmark.contender.Contenders;
import org.lexicographer.benchmark.contender.Lineup;
import org.lexicographer.benchmark.measure.Comparison;
import org.lexicographer.benchmark.measure.Rounds;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.report.Row;

/**
 * Measures rows.
 *
 * @param comparison how often is measured
 * @param contenders who works
 * @param err where it is said what is being measured
 */
public record Bench(Comparison comparison, Contenders contenders, PrintStream err) {

    /**
     * What a race came to.
     *
     * @param alike the contenders, those that do the same work together, the first of which is
     *     compared with the others: this project's
     * @param rounds their times
     */
    record Race(List<List<String>> alike, Rounds rounds) {

        List<String> names() {
            return alike.stream().flatMap(List::stream).toList();
        }

        /** Returns a row of times, and how many times faster the first is than others like it. */
        Row milliseconds(String title) {
            return row(title, "ms", rounds::times);
        }

        /**
         * Returns a row of what the contenders did in a second, and how many times faster the first
         * is than others like it.
         *
         * @param amount what each did each time, in the unit
         */
        Row rates(String title, double amount, String unit) {
            return row(title, unit + "/s", name -> rounds.rates(name, amount));
        }

        private Row row(String title, String unit, Function<String, Samples> figures) {
            Map<String, Samples> measured = new LinkedHashMap<>();
            Map<String, Samples> ratios = new LinkedHashMap<>();
            for (List<String> same : alike) {
                String first = same.getFirst();
                for (String name : same) {
                    measured.put("%s, %s".formatted(name, unit), figures.apply(name));
                    if (!name.equals(first)) {
                        ratios.put("times faster than " + name, rounds.timesFaster(first, name));
                    }
                }
            }
            return new Row(title, measured, ratios);
        }
    }

    /**
     * Lets contenders race.
     *
     * @param title what is said to be measured
     * @param who starts the contenders
     */
    Race race(String title, Consumer<Lineup> who) {
        err.printf("measuring %s ...%n", title);
        try (Lineup lineup = contenders.lineup()) {
            who.accept(lineup);
            return new Race(lineup.namesByType(), lineup.race(comparison));
        }
    }
}
