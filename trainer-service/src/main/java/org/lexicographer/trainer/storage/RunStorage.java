package org.lexicographer.trainer.storage;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.trainer.checkpoint.Continuations;

/**
 * What a run has in the store.
 *
 * @param run the run's name
 * @param bytes of all its objects
 * @param objects their number
 * @param parts the bytes of each kind of objects, by name
 * @param removed what retention settings have removed of it
 */
public record RunStorage(
        String run, long bytes, long objects, Map<String, Long> parts, List<Removal> removed) {

    public RunStorage {
        parts = Map.copyOf(parts);
        removed = List.copyOf(removed);
    }

    /** What objects are for. */
    enum Part {
        /** Spec, end, accounts, curves and shards. */
        RUN,
        CHECKPOINTS,
        DICTIONARIES,
        EVALUATIONS,
        HELD_OUT,
        STATISTICS;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Adds up what a run has. */
    public static RunStorage of(ObjectStore objects, String run) {
        Map<Part, Long> sums = new EnumMap<>(Part.class);
        List<ObjectStat> all = objects(objects, run);
        all.forEach(object -> sums.merge(part(run, object.key()), object.size(), Long::sum));
        Map<String, Long> parts = new TreeMap<>();
        sums.forEach((part, bytes) -> parts.put(part.text(), bytes));
        long bytes = sums.values().stream().mapToLong(Long::longValue).sum();
        return new RunStorage(run, bytes, all.size(), parts, removed(objects, run));
    }

    private static List<Removal> removed(ObjectStore objects, String run) {
        Stream<Removal> others =
                list(objects, ObjectKeys.removals(run)).stream()
                        .map(object -> Removal.read(objects.bytes(object.key())));
        return Stream.concat(new Continuations(objects).removals(run).stream(), others).toList();
    }

    private static Part part(String run, String key) {
        if (key.startsWith(ObjectKeys.EVALUATIONS)) {
            return Part.EVALUATIONS;
        }
        if (key.startsWith(ObjectKeys.STATISTICS) || key.contains("/statistics.")) {
            return Part.STATISTICS;
        }
        if (key.startsWith(ObjectKeys.DICTIONARIES)) {
            return Part.DICTIONARIES;
        }
        String name = key.substring(ObjectKeys.run(run).length());
        if (name.startsWith("checkpoints/")) {
            return Part.CHECKPOINTS;
        }
        return name.startsWith("held-out") ? Part.HELD_OUT : Part.RUN;
    }

    /** Returns everything that a run has in the store but the claim on its name. */
    static List<ObjectStat> objects(ObjectStore objects, String run) {
        return Stream.of(
                        ObjectKeys.run(run),
                        ObjectKeys.dictionaries(run),
                        ObjectKeys.EVALUATIONS + run + "/",
                        ObjectKeys.wantedStatistics(run),
                        ObjectKeys.statisticsContexts(run),
                        ObjectKeys.NEAREST_LATENTS + run + "/")
                .flatMap(prefix -> list(objects, prefix).stream())
                .toList();
    }

    static List<ObjectStat> list(ObjectStore objects, String prefix) {
        try (Stream<ObjectStat> found = objects.list(prefix)) {
            return found.toList();
        }
    }
}
