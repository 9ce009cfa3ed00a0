package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;

/**
 * Whose a name is. One conditional create claims a name, before anything is stored under it, and a
 * claim is never given up, not even when a run is removed: so a run and imported dictionaries
 * cannot meet under one name, however many replicas take them in.
 *
 * <p>What was stored before there were claims holds its name too: a run's spec that of the run,
 * dictionaries without such a spec that of imports.
 */
public final class NameClaims {

    private final ObjectStore objects;

    public NameClaims(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /** What can have a name. */
    public enum Kind {
        /** A run, with the dictionaries that it trains and those that users add to it. */
        RUN,
        /** Dictionaries that users have imported without a run. */
        IMPORT,
        /** A run that was removed: records of it are still on topics, so nobody can have it. */
        PURGED
    }

    /** What is stored of a claim. */
    private record Claim(Kind kind) {

        Claim {
            requireNonNull(kind, "kind is null");
        }
    }

    /**
     * Claims a name, unless it is taken.
     *
     * @return what the name belongs to now: {@code kind}, or another where that was first
     */
    public Kind claim(String name, Kind kind) {
        Optional<Kind> holder = holder(name);
        if (holder.isPresent()) {
            return holder.get();
        }
        objects.putIfAbsent(ObjectKeys.nameClaim(name), Json.write(new Claim(kind)));
        return claimed(name)
                .orElseThrow(() -> new IllegalStateException("claim removed: name=" + name));
    }

    /** Takes a name away from its run, for good. */
    public void purge(String name) {
        objects.put(ObjectKeys.nameClaim(name), Json.write(new Claim(Kind.PURGED)));
    }

    /** Returns what a name belongs to; empty while it is free. */
    public Optional<Kind> holder(String name) {
        return claimed(name).or(() -> fromBeforeClaims(name));
    }

    private Optional<Kind> claimed(String name) {
        try {
            byte[] claim = objects.bytes(ObjectKeys.nameClaim(name));
            return Optional.of(Json.read(claim, Claim.class).kind());
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private Optional<Kind> fromBeforeClaims(String name) {
        if (objects.stat(ObjectKeys.runSpec(name)).isPresent()) {
            return Optional.of(Kind.RUN);
        }
        try (Stream<ObjectStat> dictionaries = objects.list(ObjectKeys.dictionaries(name))) {
            return dictionaries.findFirst().map(first -> Kind.IMPORT);
        }
    }
}
