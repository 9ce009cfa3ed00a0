package org.lexicographer.eval.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Reads of the store that do not wait for one another: whoever looks at a page waits for the
 * slowest of them, not for all. Each has a virtual thread; closing waits for those that nobody has
 * asked for.
 */
public final class Reads implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Begins a read; what is returned waits for its end, and throws what it has thrown. */
    public <T> Supplier<T> begin(Supplier<T> read) {
        CompletableFuture<T> begun = CompletableFuture.supplyAsync(read, threads);
        return () -> end(begun);
    }

    private static <T> T end(CompletableFuture<T> begun) {
        try {
            return begun.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
