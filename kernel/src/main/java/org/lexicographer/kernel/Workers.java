package org.lexicographer.kernel;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that share the work of a kernel. The calling thread takes part and finishes on its
 * own where no other is free, so that jobs that use the same workers never wait for one another.
 *
 * <p>Which thread does a task is left to chance: tasks must not depend on it. Safe for use by
 * several threads at a time.
 */
public final class Workers {

    /** The system property with the number of threads, of libtorch and of {@link #shared}. */
    public static final String THREADS = "ai.djl.pytorch.num_threads";

    /** Comes to life with its first use, once the number of threads has been set. */
    private static final class Shared {
        private static final Workers WORKERS = new Workers(threadsOfProcess());
    }

    private final int threads;
    private final ExecutorService helpers;

    /** Creates {@code threads - 1} daemon threads, which start when they are first needed. */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads out of range: expected=1 or more, found=" + threads);
        }
        this.threads = threads;
        this.helpers =
                Executors.newFixedThreadPool(
                        Math.max(1, threads - 1),
                        Thread.ofPlatform().daemon().name("kernel-worker-", 1).factory());
    }

    /** Returns the workers of this process, as many as libtorch has threads. */
    public static Workers shared() {
        return Shared.WORKERS;
    }

    private static int threadsOfProcess() {
        String threads = System.getProperty(THREADS, System.getenv("OMP_NUM_THREADS"));
        return threads == null
                ? Runtime.getRuntime().availableProcessors()
                : Integer.parseInt(threads);
    }

    /** One part of a piece of work. */
    @FunctionalInterface
    public interface Task {

        /**
         * Does one part.
         *
         * @param number which part
         * @param worker a number below {@link #threads} that no other thread has meanwhile
         */
        void run(int number, int worker);
    }

    /** Returns how many threads can be at work for one caller. */
    public int threads() {
        return threads;
    }

    /**
     * Does tasks 0 to {@code count - 1} and returns when all are done; their writes are visible
     * then. When one fails, those not begun are left out and its exception is thrown.
     */
    public void run(int count, Task task) {
        Work work = new Work(count, task, Thread.currentThread());
        for (int i = 1; i < Math.min(threads, count); i++) {
            helpers.execute(work);
        }
        work.run();
        work.await();
    }

    /** A piece of work; each thread that runs it takes tasks until none is left. */
    private static final class Work implements Runnable {

        private final int count;
        private final Task task;
        private final Thread caller;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger workers = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Work(int count, Task task, Thread caller) {
            this.count = count;
            this.task = task;
            this.caller = caller;
        }

        @Override
        public void run() {
            int number = next.getAndIncrement();
            if (number >= count) {
                return;
            }
            int worker = workers.getAndIncrement();
            for (; number < count; number = next.getAndIncrement()) {
                runOne(number, worker);
            }
        }

        private void runOne(int number, int worker) {
            try {
                if (failure.get() == null) {
                    task.run(number, worker);
                }
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                if (done.incrementAndGet() == count) {
                    LockSupport.unpark(caller);
                }
            }
        }

        void await() {
            while (done.get() < count) {
                LockSupport.park(this);
            }
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
