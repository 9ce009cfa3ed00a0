package org.lexicographer.benchmark.own;

import org.lexicographer.benchmark.measure.Contender;

/** What does its work in this JVM and is timed around it. */
abstract class Timed implements Contender {

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final String name;
    private final int times;

    Timed(String name) {
        this(name, 1);
    }

    /**
     * Creates what is timed.
     *
     * @param times how often the work is done for one time, which is their mean
     */
    Timed(String name, int times) {
        this.name = name;
        this.times = times;
    }

    /** Does the work once. */
    abstract void act();

    /** Waits until all work is done. */
    void await() {}

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final double milliseconds() {
        long before = System.nanoTime();
        for (int n = 0; n < times; n++) {
            act();
        }
        await();
        return (System.nanoTime() - before) / NANOS_PER_MILLISECOND / times;
    }
}
