package org.lexicographer.objectstore.hub;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.retry.RetryClock;

/**
 * Lets one replica fetch while the others wait. Whoever fetches writes its claim anew every few
 * seconds; a claim that stays as it is for longer is that of a replica that has died, and is taken
 * over. No two clocks are compared. A unit may be fetched twice where a replica was only slow: both
 * store the same bytes.
 */
final class FetchClaims {

    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ObjectStore store;
    private final RetryClock clock;
    private final String owner = UUID.randomUUID().toString();
    private final Map<String, Turns> turns = new ConcurrentHashMap<>();

    FetchClaims(ObjectStore store, RetryClock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Has a unit of work done, here or elsewhere.
     *
     * @param unit its name
     * @param isDone whether it is done
     * @param work does it, telling at least every few seconds that it is alive
     * @throws RetryableObjectStoreException when the thread is asked to stop while it waits
     */
    void once(String unit, BooleanSupplier isDone, Consumer<Runnable> work) {
        if (isDone.getAsBoolean()) {
            return;
        }
        Turns ours = turns.compute(unit, (name, known) -> Turns.joined(known));
        try {
            lock(ours, unit);
            try {
                fetched(unit, isDone, work);
            } finally {
                ours.lock.unlock();
            }
        } finally {
            turns.compute(unit, (name, known) -> known.left());
        }
    }

    /** The threads of this process that need the same unit: one works, the others wait. */
    private static final class Turns {

        private final ReentrantLock lock = new ReentrantLock();
        private int threads;

        static Turns joined(Turns known) {
            Turns turns = known == null ? new Turns() : known;
            turns.threads++;
            return turns;
        }

        /** Null, which removes it, where nobody needs it any more. */
        Turns left() {
            threads--;
            return threads == 0 ? null : this;
        }
    }

    private static void lock(Turns turns, String unit) {
        try {
            turns.lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted(unit, e);
        }
    }

    private void fetched(String unit, BooleanSupplier isDone, Consumer<Runnable> work) {
        String key = HubStore.CLAIMS + unit;
        Watched watched = new Watched("", clock.now());
        while (!isDone.getAsBoolean()) {
            Optional<ObjectStat> found = store.stat(key);
            watched = watched.look(found, clock.now());
            boolean dead = clock.now().minus(watched.since()).compareTo(DEAD_AFTER) > 0;
            if (found.isEmpty() ? claim(key) : dead && takeOver(key, found.get())) {
                work(key, isDone, work);
                return;
            }
            sleep(unit);
        }
    }

    /** The claim of somebody else, and since when it is as it is. */
    private record Watched(String etag, Duration since) {

        Watched look(Optional<ObjectStat> found, Duration now) {
            String tag = found.map(ObjectStat::etag).orElse("");
            return tag.equals(etag) ? this : new Watched(tag, now);
        }
    }

    private boolean claim(String key) {
        return store.putIfAbsent(key, content()).isPresent();
    }

    private boolean takeOver(String key, ObjectStat dead) {
        return store.putIfMatch(key, dead.etag(), content()).isPresent();
    }

    /** It may have been done between the look at it and the claim. */
    private void work(String key, BooleanSupplier isDone, Consumer<Runnable> work) {
        try {
            if (!isDone.getAsBoolean()) {
                work.accept(new Beat(key)::beat);
            }
        } finally {
            store.delete(key);
        }
    }

    private byte[] content() {
        return "%s %s".formatted(owner, clock.now()).getBytes(StandardCharsets.UTF_8);
    }

    private void sleep(String unit) {
        try {
            clock.sleep(LOOK);
        } catch (InterruptedException e) {
            throw interrupted(unit, e);
        }
    }

    private static RetryableObjectStoreException interrupted(String unit, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RetryableObjectStoreException(
                "interrupted while somebody else fetches: unit=" + unit, e);
    }

    /** Returns how many units somebody works on or waits for. */
    int unitsUnderWay() {
        return turns.size();
    }

    /** Writes a claim anew, as often as it has to be. */
    private final class Beat {

        private final String key;
        private Duration last = clock.now();

        Beat(String key) {
            this.key = key;
        }

        void beat() {
            if (clock.now().minus(last).compareTo(BEAT) > 0) {
                last = clock.now();
                store.put(key, content());
            }
        }
    }
}
