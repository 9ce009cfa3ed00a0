package org.lexicographer.objectstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Threads that begin the same thing at the same moment. */
public final class Race {

    private Race() {}

    public static <T> List<T> of(int racers, IntFunction<T> run) throws Exception {
        CyclicBarrier start = new CyclicBarrier(racers);
        List<Future<T>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(racers)) {
            for (int i = 0; i < racers; i++) {
                int racer = i;
                running.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    return run.apply(racer);
                                }));
            }
        }
        List<T> results = new ArrayList<>();
        for (Future<T> racer : running) {
            results.add(racer.get());
        }
        return results;
    }

    public static byte winner(List<? extends Optional<?>> results) {
        for (int racer = 0; racer < results.size(); racer++) {
            if (results.get(racer).isPresent()) {
                return (byte) racer;
            }
        }
        throw new AssertionError("race without a winner: racers=" + results.size());
    }
}
