package org.lexicographer.tokenizer.shard;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.lexicographer.languagemodel.tokenizer.EncodedPart;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.dataset.Document;

/**
 * Encodes documents side by side and hands them back in the order in which they came; for use by
 * one thread. Closing waits for the encodings under way, so that the tokenizer can be closed then.
 */
public final class OrderedEncoder implements AutoCloseable {

    private final Tokenizer tokenizer;
    private final Executor pool;
    private final int window;
    private final Deque<CompletableFuture<EncodedPart>> pending = new ArrayDeque<>();

    /**
     * Starts without documents.
     *
     * @param window how many parts of documents may wait or be under way
     */
    public OrderedEncoder(Tokenizer tokenizer, Executor pool, int window) {
        this.tokenizer = requireNonNull(tokenizer, "tokenizer is null");
        this.pool = requireNonNull(pool, "pool is null");
        this.window = window;
    }

    /** Starts the encoding of a part. */
    public void submit(Document part) {
        pending.add(CompletableFuture.supplyAsync(() -> EncodedPart.of(part, tokenizer), pool));
    }

    /** Tells whether no more parts should be submitted before one is taken. */
    public boolean isFull() {
        return pending.size() >= window;
    }

    /** Tells whether no part is left to take. */
    public boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Returns the part that was submitted first; waits for it. */
    public EncodedPart take() {
        try {
            return pending.remove().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        CompletableFuture<?>[] under = pending.toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(under).exceptionally(failure -> null).join();
        pending.clear();
    }
}
