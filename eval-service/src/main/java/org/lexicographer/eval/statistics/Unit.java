package org.lexicographer.eval.statistics;

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

    /** Returns its name among the plan's. */
    String text() {
        return "%s-%05d".formatted(kind.text, number);
    }
}
