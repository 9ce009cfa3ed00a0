package org.lexicographer.eval.store;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;

/**
 * Divides units of work among replicas, through conditional writes in the object store. A claim
 * lasts for a while, so that a unit whose owner has died is taken over by another. Two owners may
 * hold one unit when the first is slower than its claim lasts, or clocks differ: for work that
 * gives the same result whoever does it, and however often.
 */
public final class WorkClaims {

    private final ObjectStore store;
    private final String prefix;
    private final String owner;
    private final Duration lasting;
    private final InstantSource clock;

    /**
     * Who has a unit.
     *
     * @param owner a name that no other replica has
     * @param untilMillis when the claim ends, in milliseconds since 1970
     */
    record Claim(String owner, long untilMillis) {

        Claim {
            requireNonNull(owner, "owner is null");
        }
    }

    /**
     * Creates the claims of one replica.
     *
     * @param prefix what the keys of claims begin with
     * @param owner a name that no other replica has, and none that ran before
     * @param lasting how long a claim lasts
     */
    public WorkClaims(
            ObjectStore store, String prefix, String owner, Duration lasting, InstantSource clock) {
        this.store = requireNonNull(store, "store is null");
        this.prefix = requireNonNull(prefix, "prefix is null");
        this.owner = requireNonNull(owner, "owner is null");
        this.lasting = requireNonNull(lasting, "lasting is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Claims a unit, anew if this replica has it; tells whether it is this replica's now. */
    public boolean claim(String unit) {
        String key = prefix + unit;
        Instant now = clock.instant();
        byte[] mine = Json.write(new Claim(owner, now.plus(lasting).toEpochMilli()));
        Optional<ObjectStat> found = store.stat(key);
        if (found.isEmpty()) {
            return store.putIfAbsent(key, mine).isPresent();
        }
        return isFree(unit) && store.putIfMatch(key, found.get().etag(), mine).isPresent();
    }

    /** Tells whether this replica could claim a unit, without claiming it. */
    public boolean isFree(String unit) {
        return read(prefix + unit)
                .filter(claim -> !claim.owner().equals(owner))
                .filter(claim -> clock.instant().toEpochMilli() < claim.untilMillis())
                .isEmpty();
    }

    /** Gives a unit back that this replica has claimed, so that another need not wait for it. */
    public void release(String unit) {
        if (read(prefix + unit).filter(claim -> claim.owner().equals(owner)).isPresent()) {
            store.delete(prefix + unit);
        }
    }

    private Optional<Claim> read(String key) {
        try {
            return Optional.of(Json.read(store.bytes(key), Claim.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }
}
