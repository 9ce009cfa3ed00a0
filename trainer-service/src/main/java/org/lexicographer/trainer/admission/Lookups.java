package org.lexicographer.trainer.admission;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Looks many names up side by side, for no longer than it may take. What is not found in time is
 * not known; the next time it comes before what was looked at since.
 *
 * @param <T> what is found
 */
final class Lookups<T> implements AutoCloseable {

    private final ExecutorService threads;
    private final Duration limit;
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private long round;

    /**
     * Creates lookups.
     *
     * @param atOnce how many names are looked up at a time
     * @param limit how long all of them may take together
     */
    Lookups(int atOnce, Duration limit) {
        this.limit = requireNonNull(limit, "limit is null");
        threads =
                Executors.newFixedThreadPool(
                        atOnce, Thread.ofVirtual().name("run-lookup-", 0).factory());
    }

    /**
     * Returns what was found in time.
     *
     * @param names what to look up; others are forgotten
     * @param lookup is called from several threads; may be interrupted when time is up
     * @throws IllegalStateException when a lookup throws anything
     */
    Map<String, T> of(Collection<String> names, Function<String, T> lookup) {
        begun.keySet().retainAll(names);
        round++;
        List<String> inOrder =
                names.stream()
                        .sorted(
                                Comparator.comparing((String name) -> begun.getOrDefault(name, 0L))
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        List<Future<T>> ends = run(inOrder.stream().map(name -> task(name, lookup)).toList());
        Map<String, T> found = new TreeMap<>();
        for (int i = 0; i < ends.size(); i++) {
            if (isFound(ends.get(i))) {
                found.put(inOrder.get(i), ends.get(i).resultNow());
            }
        }
        return found;
    }

    private Callable<T> task(String name, Function<String, T> lookup) {
        long now = round;
        return () -> {
            begun.put(name, now);
            return lookup.apply(name);
        };
    }

    private List<Future<T>> run(List<Callable<T>> tasks) {
        try {
            return threads.invokeAll(tasks, limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static boolean isFound(Future<?> end) {
        return switch (end.state()) {
            case SUCCESS -> true;
            case FAILED -> throw new IllegalStateException("lookup failed", end.exceptionNow());
            case CANCELLED, RUNNING -> false;
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
