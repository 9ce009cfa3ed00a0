package org.lexicographer.trainer.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.runstore.RunExtensions;

/**
 * Who has what a run left to go on from when it ended: an extension, or a retention setting, which
 * removes it. One conditional create decides, once for each number of steps that the run ends with;
 * so neither takes the checkpoints from under the other.
 */
public final class Continuations {

    private final ObjectStore objects;
    private final RunExtensions extensions;

    /** Keeps the records in this store. */
    public Continuations(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
        this.extensions = new RunExtensions(objects);
    }

    /**
     * What is stored.
     *
     * @param removal what was removed; empty where the run is extended
     */
    private record Use(Optional<Removal> removal) {

        Use {
            requireNonNull(removal, "removal is null");
        }
    }

    /**
     * Leaves what a run of this spec can go on from to its extension, for good.
     *
     * @return the removal that was first, if one was
     */
    public Optional<Removal> leaveToExtension(RunSpec spec) {
        return first(spec, new Use(Optional.empty())).removal();
    }

    /**
     * Leaves what a run of this spec can go on from to its removal, for good, unless it is
     * extended.
     *
     * @return the removal that counts, this one or one that was broken off; empty where the run is
     *     extended
     */
    public Optional<Removal> leaveToRemoval(RunSpec spec, Removal removal) {
        // One that an earlier version began has no record here.
        if (extensions.beginningAt(spec).isPresent()) {
            return Optional.empty();
        }
        Optional<Removal> counts = first(spec, new Use(Optional.of(removal))).removal();
        // It may have begun in between.
        return counts.filter(_ -> extensions.beginningAt(spec).isEmpty());
    }

    /** Returns what was removed of what a run of this spec could have gone on from, if it was. */
    public Optional<Removal> removal(RunSpec spec) {
        return read(key(spec)).flatMap(Use::removal);
    }

    /** Returns all such removals of a run. */
    public List<Removal> removals(String run) {
        List<String> keys;
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.continuations(run))) {
            keys = stored.map(ObjectStat::key).toList();
        }
        return keys.stream().flatMap(key -> read(key).flatMap(Use::removal).stream()).toList();
    }

    private static String key(RunSpec spec) {
        return ObjectKeys.continuation(spec.run(), spec.training().steps());
    }

    private Use first(RunSpec spec, Use use) {
        return objects.putIfAbsent(key(spec), Json.write(use)).isPresent()
                ? use
                : read(key(spec)).orElse(use);
    }

    private Optional<Use> read(String key) {
        try {
            return Optional.of(Json.read(objects.bytes(key), Use.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }
}
