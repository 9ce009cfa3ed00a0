package org.lexicographer.runtime.health;

/** A thread of its own that a service cannot do without. Workers are beans. */
public interface Worker {

    /** Returns what the thread does, in two or three words. */
    String name();

    /** Returns false when the thread has died although nobody stopped it. */
    boolean isWell();
}
