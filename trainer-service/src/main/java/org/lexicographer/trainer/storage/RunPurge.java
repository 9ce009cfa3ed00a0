package org.lexicographer.trainer.storage;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.StatisticsPlan;
import org.lexicographer.pipeline.stored.StoredDictionary;
import org.lexicographer.runstore.StoredRuns;

/**
 * Removes what a run has in the store, but what others need. Done again after it was broken off, it
 * removes the rest.
 */
public final class RunPurge {

    private final ObjectStore objects;

    public RunPurge(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /**
     * What came of it.
     *
     * @param run the run's name, which stays taken
     * @param objects how many objects were removed
     * @param bytes how many bytes they were
     * @param kept what is still there, and for whom
     */
    public record Report(String run, long objects, long bytes, List<Kept> kept) {

        public Report {
            kept = List.copyOf(kept);
        }
    }

    /**
     * Objects that stay.
     *
     * @param prefix what their keys begin with
     * @param reason who needs them
     */
    public record Kept(String prefix, String reason) {}

    /**
     * Tells whether statistics of a run's dictionaries are still to be made, and need them. What is
     * wanted goes only once it is planned: looked at first, it is not missed on its way.
     */
    public boolean isWantedByStatistics(String run) {
        return !RunStorage.list(objects, ObjectKeys.wantedStatistics(run)).isEmpty()
                || RunStorage.list(objects, ObjectKeys.STATISTICS_PLANS).stream()
                        .anyMatch(plan -> isPlanOf(plan.key(), run));
    }

    private boolean isPlanOf(String plan, String run) {
        try {
            return StatisticsPlan.read(objects.bytes(plan)).run().equals(run);
        } catch (ObjectNotFoundException done) {
            return false;
        }
    }

    /** Removes everything of a run that nobody needs, the spec last. */
    public Report purge(String run) {
        List<Kept> kept = kept(run);
        List<ObjectStat> doomed =
                RunStorage.objects(objects, run).stream()
                        .filter(object -> kept.stream().noneMatch(it -> isOf(object, it)))
                        .toList();
        String spec = ObjectKeys.runSpec(run);
        objects.deleteAll(
                doomed.stream().map(ObjectStat::key).filter(key -> !key.equals(spec)).toList());
        if (kept.isEmpty()) {
            objects.delete(spec);
        }
        long bytes = doomed.stream().mapToLong(ObjectStat::size).sum();
        return new Report(run, doomed.size(), bytes, kept);
    }

    private static boolean isOf(ObjectStat object, Kept kept) {
        return object.key().startsWith(kept.prefix());
    }

    private List<Kept> kept(String run) {
        List<Kept> kept = new ArrayList<>();
        List<StoredDictionary> dictionaries = dictionaries(run);
        List<RunSpec> others =
                new StoredRuns(objects)
                        .all().stream().filter(spec -> !spec.run().equals(run)).toList();
        for (StoredDictionary dictionary : dictionaries) {
            if (isImported(dictionary)) {
                keep(dictionary, "imported", kept);
            }
            startingFrom(dictionary, dictionaries, others)
                    .forEach(other -> keep(dictionary, "run " + other + " starts from it", kept));
        }
        if (!kept.isEmpty()) {
            String why = "dictionaries that stay are evaluated by it";
            Stream.of(
                            ObjectKeys.runSpec(run),
                            ObjectKeys.runEnd(run),
                            ObjectKeys.runOwner(run),
                            ObjectKeys.runModel(run),
                            ObjectKeys.run(run) + "held-out",
                            ObjectKeys.statisticsContexts(run))
                    .forEach(prefix -> kept.add(new Kept(prefix, why)));
        }
        return kept;
    }

    private static void keep(StoredDictionary dictionary, String reason, List<Kept> kept) {
        kept.add(new Kept(dictionary.prefix(), reason));
        kept.add(new Kept(ObjectKeys.dictionaryImport(dictionary.id()), reason));
        kept.add(
                new Kept(
                        ObjectKeys.evaluations(dictionary.id())
                                + ObjectKeys.step(dictionary.step())
                                + "/",
                        reason));
    }

    private List<StoredDictionary> dictionaries(String run) {
        try (Stream<ObjectStat> found = objects.list(ObjectKeys.dictionaries(run))) {
            return found.flatMap(object -> StoredDictionary.ofConfigKey(object.key()).stream())
                    .toList();
        }
    }

    private boolean isImported(StoredDictionary dictionary) {
        byte[] config = objects.bytes(dictionary.prefix() + StoredDictionary.CONFIG_FILE);
        return DictionaryFormat.readConfig(config).imported().isPresent();
    }

    /** Returns the other runs that start from a dictionary; without a step it is the last one. */
    private Set<String> startingFrom(
            StoredDictionary dictionary, List<StoredDictionary> all, List<RunSpec> others) {
        long last =
                all.stream()
                        .filter(other -> other.id().equals(dictionary.id()))
                        .mapToLong(StoredDictionary::step)
                        .max()
                        .orElse(dictionary.step());
        Set<String> runs = new TreeSet<>();
        for (RunSpec spec : others) {
            boolean starts =
                    spec.recipes().stream()
                            .flatMap(recipe -> recipe.basics().initialize().stream())
                            .map(start -> start.dictionary())
                            .filter(it -> it.dictionary().equals(dictionary.id()))
                            .anyMatch(it -> step(it, last) == dictionary.step());
            if (starts) {
                runs.add(spec.run());
            }
        }
        return runs;
    }

    private static long step(DictionaryReference reference, long last) {
        return reference.step().orElse(last);
    }
}
