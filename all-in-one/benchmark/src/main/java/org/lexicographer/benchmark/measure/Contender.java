package org.lexicographer.benchmark.measure;

/** Does the same piece of work each time it is asked, to be timed beside others. */
public interface Contender extends AutoCloseable {

    /** Returns what the contender is called in tables. */
    String name();

    /**
     * Does the work once.
     *
     * @return the milliseconds that it took, without what was needed to ask for it
     */
    double milliseconds();

    @Override
    void close();
}
