package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;

/**
 * The line in which runs wait for what they have to share. A run's place is when somebody first
 * asked for it here, and stays for good: one that is resumed or given more steps is where it was.
 */
public final class RunLine {

    private final ObjectStore objects;
    private final InstantSource clock;
    private long last;

    /** Keeps the records in this store, in the time of a clock. */
    public RunLine(ObjectStore objects, InstantSource clock) {
        this.objects = requireNonNull(objects, "objects is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** What is stored. */
    private record Place(long sinceMillis) {}

    /**
     * Returns a run's place in line, which it takes now if it has none: those with smaller numbers
     * come first. Of two runs that one process puts into line, the first has the smaller number.
     */
    public long place(String run) {
        String key = ObjectKeys.placeInLine(run);
        return read(key).orElseGet(() -> take(key)).sinceMillis();
    }

    private synchronized Place take(String key) {
        Optional<Place> known = read(key);
        if (known.isPresent()) {
            return known.get();
        }
        last = Math.max(last + 1, clock.millis());
        objects.putIfAbsent(key, Json.write(new Place(last)));
        return read(key).orElse(new Place(last));
    }

    private Optional<Place> read(String key) {
        try {
            return Optional.of(Json.read(objects.bytes(key), Place.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }
}
