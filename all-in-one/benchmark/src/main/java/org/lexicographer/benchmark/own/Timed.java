package org.lexicographer.benchmark.own;

import org.lexicographer.benchmark.measure.Contender;

/** What does its work in this JVM and is timed around it. */
abstract class Timed implements Contender {

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final String name;

    Timed(String name) {
        this.name = name;
    }

    /** Does the work once. */
    abstract void act();

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final double milliseconds() {
        long before = System.nanoTime();
        act();
        return (System.nanoTime() - before) / NANOS_PER_MILLISECOND;
    }
}
