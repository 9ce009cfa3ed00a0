package org.lexicographer.runstore.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetMessage;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.runstore.backup.BackupIndex.StartAgain;

/**
 * The objects of a bucket at a moment that a backup is made of.
 *
 * <p>Left out is what stands for work in hand: claims, parts of statistics that are being made, and
 * what runs that have not ended well have but their spec, model and dictionaries. They lead to
 * records of a broker, by offset, which are not in the store; a run that is trained once more comes
 * to the same. So does what an ended run could be extended from, unless it has become a checkpoint
 * that its spec wants kept.
 *
 * @param objects the objects, by key
 * @param startAgain the runs that have not ended, or have failed
 */
record BucketState(Map<String, ObjectStat> objects, List<StartAgain> startAgain) {

    /** Whose keys these begin with is in hand, or is made again when it is missing. */
    private static final List<String> IN_HAND =
            List.of(
                    HubStore.CLAIMS,
                    HubStore.UNNAMED,
                    ObjectKeys.STATISTICS_PARTS,
                    ObjectKeys.STATISTICS_TURNS,
                    ObjectKeys.PAIR_CLAIMS,
                    Restore.MARK);

    static BucketState of(ObjectStore store, List<String> without) {
        StoredEnds ends = new StoredEnds(store);
        List<RunSpec> runs =
                new StoredRuns(store)
                        .all().stream().filter(spec -> isToStartAgain(ends, spec.run())).toList();
        Set<String> names = runs.stream().map(RunSpec::run).collect(Collectors.toSet());
        Predicate<String> kept = kept(names, new NamedCheckpoints(store));
        Map<String, ObjectStat> objects = new TreeMap<>();
        try (Stream<ObjectStat> all = store.list("")) {
            all.filter(object -> kept.test(object.key()))
                    .filter(object -> without.stream().noneMatch(object.key()::startsWith))
                    .forEach(object -> objects.put(object.key(), object));
        }
        return new BucketState(
                objects, runs.stream().map(spec -> startAgain(store, spec.run())).toList());
    }

    private static boolean isToStartAgain(StoredEnds ends, String run) {
        return ends.state(run).filter(state -> state != State.FAILED).isEmpty();
    }

    private static Predicate<String> kept(Set<String> startingAgain, NamedCheckpoints checkpoints) {
        return key -> {
            if (IN_HAND.stream().anyMatch(key::startsWith)
                    || (ObjectKeys.isOfContinuation(key) && !checkpoints.contains(key))) {
                return false;
            }
            if (!key.startsWith(ObjectKeys.RUNS)) {
                return startingAgain.stream()
                        .noneMatch(run -> key.startsWith(ObjectKeys.wantedStatistics(run)));
            }
            String run = key.substring(ObjectKeys.RUNS.length()).replaceFirst("/.*", "");
            return !startingAgain.contains(run)
                    || Set.of(
                                    ObjectKeys.runSpec(run),
                                    ObjectKeys.runOwner(run),
                                    ObjectKeys.runModel(run),
                                    ObjectKeys.chatTemplate(run))
                            .contains(key);
        };
    }

    /** The shards in the order in which they were told, and the ends, which come after them. */
    private static StartAgain startAgain(ObjectStore store, String run) {
        List<DatasetMessage> messages = new ArrayList<>();
        keys(store, ObjectKeys.datasetShards(run))
                .forEach(key -> messages.add(DatasetMessage.read(store.bytes(key))));
        String ends = ObjectKeys.run(run) + "dataset-ends/";
        for (String key : new TreeSet<>(keys(store, ends))) {
            String dataset = key.substring(ends.length()).replaceFirst("\\.json$", "");
            messages.add(new DatasetEnd(run, Optional.of(dataset)));
        }
        if (store.stat(ObjectKeys.datasetEnd(run)).isPresent()) {
            messages.add(new DatasetEnd(run));
        }
        return new StartAgain(
                run, messages.stream().map(message -> Json.tree(message.toJson())).toList());
    }

    private static List<String> keys(ObjectStore store, String prefix) {
        try (Stream<ObjectStat> stored = store.list(prefix)) {
            return stored.map(ObjectStat::key).toList();
        } catch (ObjectNotFoundException e) {
            return List.of();
        }
    }

    /**
     * Tells whether a later state has the same objects. What runs that have not ended have saved
     * since does not count: it is saved under new keys.
     */
    boolean isSameAs(BucketState later) {
        Set<String> atWork = startAgain.stream().map(StartAgain::run).collect(Collectors.toSet());
        Set<String> laterAtWork =
                later.startAgain.stream().map(StartAgain::run).collect(Collectors.toSet());
        if (!atWork.equals(laterAtWork)) {
            return false;
        }
        Map<String, ObjectStat> now = new TreeMap<>(later.objects);
        now.keySet()
                .removeIf(
                        key ->
                                !objects.containsKey(key)
                                        && atWork.stream().anyMatch(run -> isSavedOf(key, run)));
        return objects.equals(now);
    }

    /** Of statistics a listing may have the summary, and not yet the files that it names. */
    private static boolean isSavedOf(String key, String run) {
        return (key.startsWith(ObjectKeys.dictionaries(run)) && !key.contains("/statistics."))
                || key.startsWith(ObjectKeys.EVALUATIONS + run + "/");
    }
}
