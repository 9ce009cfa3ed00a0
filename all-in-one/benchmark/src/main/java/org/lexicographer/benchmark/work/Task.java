package org.lexicographer.benchmark.work;

/** What a program is told to do, again and again: a line of JSON. */
public interface Task {

    /** Returns where it is done. */
    Place place();
}
