package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;

/**
 * How runs ended. The first end of a run is the one that counts, as long as the run has no more
 * steps than it had then: giving it more, in the one write that changes its spec, opens it again.
 */
public final class StoredEnds {

    private final ObjectStore objects;

    /** Keeps the ends in this store. */
    public StoredEnds(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /** Returns how a run ended; empty while it continues. */
    public Optional<RunEnd> find(String run) {
        try {
            RunEnd end = RunEnd.read(objects.bytes(ObjectKeys.runEnd(run)));
            return Optional.of(end).filter(it -> it.steps().isEmpty() || isOfNow(run, it));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private boolean isOfNow(String run, RunEnd end) {
        try {
            RunSpec spec = RunSpec.read(objects.bytes(ObjectKeys.runSpec(run)));
            return end.isOf(spec.training().steps());
        } catch (ObjectNotFoundException e) {
            return true;
        }
    }

    /** Returns the state in which a run ended; empty while it continues. */
    public Optional<State> state(String run) {
        return find(run).map(RunEnd::state);
    }

    /** Tells whether nobody needs anything of a run any more. */
    public boolean isGivenUp(String run) {
        return state(run).filter(state -> state != State.ENDED).isPresent();
    }

    /** Records how a run ended, unless it has ended; returns the end that counts. */
    public RunEnd record(String run, RunEnd end) {
        String key = ObjectKeys.runEnd(run);
        Optional<ObjectStat> seen = objects.stat(key);
        if (seen.isEmpty()) {
            objects.putIfAbsent(key, end.toJson());
        } else if (find(run).isEmpty()) {
            objects.putIfMatch(key, seen.get().etag(), end.toJson());
        }
        return find(run).orElse(end);
    }

    /** Forgets that a run ended, so that it continues. */
    public void forget(String run) {
        objects.delete(ObjectKeys.runEnd(run));
    }
}
