package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that have ended, and since when. Ends of runs say no time, and those of earlier versions
 * never will: a run rests from when somebody first looks at it here, which is never too early.
 */
public final class RestingRuns {

    private static final Logger LOG = LoggerFactory.getLogger(RestingRuns.class);

    private final ObjectStore objects;
    private final StoredEnds ends;
    private final InstantSource clock;

    /** Keeps the records in this store, in the time of a clock. */
    public RestingRuns(ObjectStore objects, InstantSource clock) {
        this.objects = requireNonNull(objects, "objects is null");
        this.ends = new StoredEnds(objects);
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * A run that has ended.
     *
     * @param spec the run
     * @param state how it ended
     * @param rested for how long it is known to have ended
     */
    public record Resting(RunSpec spec, State state, Duration rested) {

        /** Tells whether the run rests long enough. */
        public boolean isFor(Duration time) {
            return rested.compareTo(time) >= 0;
        }
    }

    /**
     * What is stored.
     *
     * @param state how the run ended
     * @param steps the steps that it had been given
     * @param sinceMillis when that was first seen, in milliseconds since 1970
     */
    private record Mark(State state, int steps, long sinceMillis) {

        Mark {
            requireNonNull(state, "state is null");
        }

        boolean isOf(Mark other) {
            return state == other.state && steps == other.steps;
        }
    }

    /** Returns the runs that have ended, by name. */
    public List<Resting> all() {
        return flatMap(Optional::of);
    }

    /**
     * Returns what comes of the runs that have ended, by name. One of which something is not
     * readable is passed over, so that it is not in the way of the others.
     *
     * @throws RetryableObjectStoreException when the store is away
     */
    public <T> List<T> flatMap(Function<Resting, Optional<T>> look) {
        List<T> found = new ArrayList<>();
        for (RunSpec spec : new StoredRuns(objects).all()) {
            try {
                resting(spec).flatMap(look).ifPresent(found::add);
            } catch (RetryableObjectStoreException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.warn("run passed over: key={}", ObjectKeys.runSpec(spec.run()), e);
            }
        }
        return found;
    }

    private Optional<Resting> resting(RunSpec spec) {
        Optional<State> state = ends.find(spec.run()).map(RunEnd::state);
        if (state.isEmpty()) {
            forget(spec.run());
        }
        return state.map(it -> rested(spec, it));
    }

    private Resting rested(RunSpec spec, State state) {
        Instant now = clock.instant();
        Mark seenNow = new Mark(state, spec.training().steps(), now.toEpochMilli());
        Mark first = first(ObjectKeys.atRest(spec.run()), seenNow);
        return new Resting(
                spec, state, Duration.between(Instant.ofEpochMilli(first.sinceMillis()), now));
    }

    private Mark first(String key, Mark seenNow) {
        Optional<ObjectStat> stored = objects.stat(key);
        Optional<Mark> known = read(key).filter(seenNow::isOf);
        if (known.isPresent()) {
            return known.get();
        }
        // Whoever is first is as good.
        if (stored.isEmpty()) {
            objects.putIfAbsent(key, Json.write(seenNow));
        } else {
            objects.putIfMatch(key, stored.get().etag(), Json.write(seenNow));
        }
        return read(key).filter(seenNow::isOf).orElse(seenNow);
    }

    /** A run that goes on rests anew when it ends again. */
    private void forget(String run) {
        if (read(ObjectKeys.atRest(run)).isPresent()) {
            objects.delete(ObjectKeys.atRest(run));
        }
    }

    private Optional<Mark> read(String key) {
        try {
            return Optional.of(Json.read(objects.bytes(key), Mark.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }
}
