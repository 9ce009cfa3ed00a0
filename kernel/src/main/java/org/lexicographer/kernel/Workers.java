package org.lexicographer.kernel;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The threads that share the work of a kernel. The calling thread takes part and finishes on its
 * own where no other is free, so that jobs that use the same workers never wait for one another.
 *
 * <p>Which thread does a task is left to chance: tasks must not depend on it. Safe for use by
 * several threads at a time.
 *
 * <p>One piece of work often follows the other within microseconds, and to wake a thread takes tens
 * of them. So whoever waits looks for {@link #PATIENCE_NANOS} before it sleeps, and leaves the core
 * to whoever wants it meanwhile.
 */
public final class Workers {

    /** The system property with the number of threads, of libtorch and of {@link #shared}. */
    public static final String THREADS = "ai.djl.pytorch.num_threads";

    /** How long a thread that has nothing to do looks for work before it sleeps. */
    private static final long PATIENCE_NANOS = 100_000;

    /** How often it looks between two looks at the clock. */
    private static final int LOOKS = 64;

    /** Comes to life with its first use, once the number of threads has been set. */
    private static final class Shared {
        private static final Workers WORKERS = new Workers(threadsOfProcess());
    }

    private final int threads;
    private final BlockingQueue<Work> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger helpers = new AtomicInteger();

    /** Creates up to {@code threads - 1} daemon threads, each when it is first needed. */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads out of range: expected=1 or more, found=" + threads);
        }
        this.threads = threads;
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
        int wanted = Math.min(threads, count) - 1;
        startHelpers(wanted);
        for (int i = 0; i < wanted; i++) {
            waiting.add(work);
        }
        work.run();
        work.await();
    }

    private void startHelpers(int wanted) {
        for (int number = helpers.get(); number < wanted; number = helpers.get()) {
            if (helpers.compareAndSet(number, number + 1)) {
                Thread.ofPlatform()
                        .daemon()
                        .name("kernel-worker-" + (number + 1))
                        .start(this::help);
            }
        }
    }

    private void help() {
        try {
            while (true) {
                lookUntil(() -> !waiting.isEmpty());
                waiting.take().run();
            }
        } catch (InterruptedException e) {
            // Nobody knows these threads but this class, which interrupts none.
            throw new IllegalStateException("kernel worker interrupted", e);
        }
    }

    /** Returns as soon as something is the case, or else after a while. */
    private static void lookUntil(BooleanSupplier isReached) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        do {
            for (int look = 0; look < LOOKS; look++) {
                if (isReached.getAsBoolean()) {
                    return;
                }
                Thread.onSpinWait();
            }
            Thread.yield();
        } while (System.nanoTime() - end < 0);
    }

    /** A piece of work; each thread that runs it takes tasks until none is left. */
    private static final class Work {

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

        void run() {
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
            lookUntil(() -> done.get() == count);
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
