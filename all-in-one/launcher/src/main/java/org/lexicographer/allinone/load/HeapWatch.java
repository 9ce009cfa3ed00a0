package org.lexicographer.allinone.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.lexicographer.allinone.client.RestClient;

/**
 * Follows how much of its heap a service uses, by its meters, garbage that was not collected yet
 * included.
 */
final class HeapWatch implements AutoCloseable {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final long MEBIBYTE = 1 << 20;
    private static final Pattern HEAP =
            Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\"[^}]*\\} (\\S+)$");

    private final RestClient rest = new RestClient();
    private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final String name;
    private final String metrics;
    private final long before;
    private final Future<Long> most;

    /**
     * Begins to follow a service.
     *
     * @param name what it is called
     * @param url the root of its REST interface, ending in a slash
     */
    HeapWatch(String name, String url) {
        this.name = name;
        metrics = url + "q/metrics";
        before = used();
        most = thread.submit(this::follow);
    }

    private long used() {
        double bytes =
                HEAP.matcher(rest.text(metrics))
                        .results()
                        .mapToDouble(pool -> Double.parseDouble(pool.group(1)))
                        .sum();
        return (long) bytes / MEBIBYTE;
    }

    private long follow() throws InterruptedException, ExecutionException {
        long largest = before;
        while (true) {
            try {
                end.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
                return largest;
            } catch (TimeoutException goesOn) {
                largest = Math.max(largest, used());
            }
        }
    }

    /** Ends, and returns the figures on one line. */
    String line() {
        long after = used();
        end.complete(null);
        return "heap of %s, MiB: before %d, most %d, after %d"
                .formatted(name, before, Math.max(most(), after), after);
    }

    private long most() {
        try {
            return most.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("heap not followed: service=" + name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while following a heap", e);
        }
    }

    @Override
    public void close() {
        end.complete(null);
        thread.close();
    }
}
