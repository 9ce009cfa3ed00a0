package org.lexicographer.eval.statistics;

import java.util.List;
import java.util.stream.IntStream;
import org.lexicographer.pipeline.stored.StatisticsPlan;

/**
 * A unit of a plan's work.
 *
 * @param kind what is done
 * @param number of which shard or dictionary
 */
record Unit(Kind kind, int number) {

    /** What a unit does. */
    enum Kind {
        /** Pass A of a shard. */
        COUNT("a"),
        /** Pass B of a shard. */
        SAMPLE("b"),
        /** The results of a dictionary. */
        FINISH("f");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** Returns the units of a kind of a plan, in their order. */
    static List<Unit> of(StatisticsPlan plan, Kind kind) {
        int count =
                switch (kind) {
                    case COUNT, SAMPLE -> plan.shards();
                    case FINISH -> plan.dictionaries().size();
                };
        return IntStream.range(0, count).mapToObj(number -> new Unit(kind, number)).toList();
    }

    /** Returns its name among the plan's. */
    String text() {
        return "%s-%05d".formatted(kind.text, number);
    }
}
