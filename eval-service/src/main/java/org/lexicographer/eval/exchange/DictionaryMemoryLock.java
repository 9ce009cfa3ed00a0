package org.lexicographer.eval.exchange;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets one dictionary be in memory at a time, whoever takes it in or hands it out. */
public final class DictionaryMemoryLock {

    private final ReentrantLock lock = new ReentrantLock(true);

    /** Returns what the work gives, after those that came before. */
    public <T> T run(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
