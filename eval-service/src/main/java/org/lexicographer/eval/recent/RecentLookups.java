package org.lexicographer.eval.recent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Looks things up, each at most once in a while however many ask: an answer is as of the beginning
 * of a lookup that began no longer ago than it lasts. Those who ask while a lookup runs wait for it
 * and share what comes of it, a failure included; neither failures nor what does not exist are
 * remembered. Safe for use by several threads.
 */
public final class RecentLookups<K, V> {

    /** What was found, and when it began to be looked for. */
    private record Found<V>(V value, Instant since) {}

    private final Function<K, Optional<V>> lookUp;
    private final Duration lasts;
    private final InstantSource clock;
    private final MostRecent<K, Found<V>> found;
    private final Map<K, CompletableFuture<Optional<V>>> running = new HashMap<>();

    /**
     * Remembers nothing yet.
     *
     * @param lookUp finds the value of a key where it lies
     * @param lasts how long what was found is taken to be so
     * @param most what all that is remembered may weigh
     * @param weight what a value weighs
     */
    public RecentLookups(
            Function<K, Optional<V>> lookUp,
            Duration lasts,
            InstantSource clock,
            long most,
            ToLongFunction<V> weight) {
        this.lookUp = requireNonNull(lookUp, "lookUp is null");
        this.lasts = requireNonNull(lasts, "lasts is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.found = new MostRecent<>(most, known -> weight.applyAsLong(known.value()));
    }

    /** Returns the value of a key, if there is one. */
    public Optional<V> find(K key) {
        CompletableFuture<Optional<V>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<V>> others;
        Instant now = clock.instant();
        synchronized (this) {
            Optional<Found<V>> known = found.find(key);
            if (known.filter(it -> now.isBefore(it.since().plus(lasts))).isPresent()) {
                return known.map(Found::value);
            }
            others = running.putIfAbsent(key, mine);
        }
        return others == null ? lookUp(key, now, mine) : await(others);
    }

    private Optional<V> lookUp(K key, Instant since, CompletableFuture<Optional<V>> mine) {
        try {
            Optional<V> value = lookUp.apply(key);
            keep(key, value.map(it -> new Found<>(it, since)), mine);
            mine.complete(value);
            return value;
        } catch (RuntimeException | Error e) {
            keep(key, Optional.empty(), mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /** What was forgotten while it was looked up is not remembered. */
    private synchronized void keep(
            K key, Optional<Found<V>> value, CompletableFuture<Optional<V>> mine) {
        if (running.remove(key, mine)) {
            value.ifPresentOrElse(it -> found.put(key, it), () -> found.remove(key));
        }
    }

    private static <T> T await(CompletableFuture<T> lookup) {
        try {
            return lookup.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Takes note that the value of a key is another now: whoever asks from here on sees it. */
    public synchronized void forget(K key) {
        running.remove(key);
        found.remove(key);
    }
}
