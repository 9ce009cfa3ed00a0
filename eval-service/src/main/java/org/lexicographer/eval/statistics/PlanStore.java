package org.lexicographer.eval.statistics;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.store.WorkClaims;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.stored.StatisticsPlan;

/**
 * Keeps what is to be done and what is done of it in the object store, so that it outlives every
 * replica: checkpoints whose statistics are wanted, plans, and what their units gave.
 */
public final class PlanStore {

    private static final String WANTED = ObjectKeys.STATISTICS + "wanted/";
    private static final String CLAIMS = "claims/";
    private static final String FAILURE = "failure.json";

    private final ObjectStore store;

    public PlanStore(ObjectStore store) {
        this.store = store;
    }

    /** Takes note that the statistics of a checkpoint on its run's held-out contexts are wanted. */
    public void want(DictionaryCheckpoint checkpoint) {
        store.put(wantedKey(checkpoint), checkpoint.toJson());
    }

    /** Takes note that nothing is left to do for a checkpoint. */
    void settle(DictionaryCheckpoint checkpoint) {
        store.delete(wantedKey(checkpoint));
    }

    /** Tells whether the statistics of a checkpoint are wanted and not planned yet. */
    public boolean isWanted(DictionaryCheckpoint checkpoint) {
        return store.stat(wantedKey(checkpoint)).isPresent();
    }

    private static String wantedKey(DictionaryCheckpoint checkpoint) {
        return wantedKey(checkpoint.dictionary(), checkpoint.step());
    }

    private static String wantedKey(DictionaryId dictionary, long step) {
        return "%s%s/%s.json".formatted(WANTED, dictionary, ObjectKeys.step(step));
    }

    /** Tells whether statistics of a run were removed because they were kept long enough. */
    boolean wereRemoved(String run) {
        return store.stat(ObjectKeys.removal(run, StatisticsRetention.PART)).isPresent();
    }

    /** Returns the turns of one replica in looking through what was kept long enough. */
    public static WorkClaims retentionTurns(
            ObjectStore store, String owner, Duration lasting, InstantSource clock) {
        return new WorkClaims(store, ObjectKeys.STATISTICS_TURNS, owner, lasting, clock);
    }

    /** Returns the checkpoints whose statistics are wanted, by name. */
    List<DictionaryCheckpoint> wanted() {
        return objects(WANTED, DictionaryCheckpoint.class);
    }

    private <T> List<T> objects(String prefix, Class<T> type) {
        List<String> keys;
        try (Stream<ObjectStat> stored = store.list(prefix)) {
            keys = stored.map(ObjectStat::key).toList();
        }
        return keys.stream().flatMap(key -> find(key, type).stream()).toList();
    }

    private <T> Optional<T> find(String key, Class<T> type) {
        try {
            return Optional.of(Json.read(store.bytes(key), type));
        } catch (ObjectNotFoundException absent) {
            return Optional.empty();
        }
    }

    /** Stores a plan; nothing happens when it is there. */
    public void create(StatisticsPlan plan) {
        store.putIfAbsent(planKey(plan), Json.write(plan));
    }

    private static String planKey(StatisticsPlan plan) {
        return ObjectKeys.STATISTICS_PLANS + plan.digest() + ".json";
    }

    private static String partsPrefix(StatisticsPlan plan) {
        return ObjectKeys.STATISTICS_PARTS + plan.digest() + "/";
    }

    /** Returns all plans that are not done. */
    public List<StatisticsPlan> plans() {
        return objects(ObjectKeys.STATISTICS_PLANS, StatisticsPlan.class);
    }

    /** Returns the digests of all open plans' settings for a dictionary on a text. */
    Set<String> digests(DictionaryCheckpoint checkpoint, String text) {
        return plans().stream()
                .filter(plan -> plan.setting().text().equals(text))
                .filter(plan -> plan.dictionaries().contains(checkpoint))
                .map(plan -> plan.setting().digest(StatisticsSummary.currentDefinitions()))
                .collect(Collectors.toSet());
    }

    /**
     * Tells whether statistics of a checkpoint are wanted or being made, on any text. What is
     * wanted goes only once it is planned: looked at first, it is not missed on its way.
     */
    boolean isAtWork(DictionaryId dictionary, long step) {
        return store.stat(wantedKey(dictionary, step)).isPresent()
                || plans().stream()
                        .flatMap(plan -> plan.dictionaries().stream())
                        .anyMatch(it -> it.dictionary().equals(dictionary) && it.step() == step);
    }

    /** Tells whether a plan is not done yet. */
    boolean isOpen(StatisticsPlan plan) {
        return store.stat(planKey(plan)).isPresent();
    }

    /** Removes a plan and all that its units gave. */
    void remove(StatisticsPlan plan) {
        store.delete(planKey(plan));
        List<String> keys;
        try (Stream<ObjectStat> stored = store.list(partsPrefix(plan))) {
            keys = stored.map(ObjectStat::key).toList();
        }
        store.deleteAll(keys);
    }

    /** Returns the claims of one replica on a plan's units. */
    WorkClaims claims(StatisticsPlan plan, String owner, Duration lasting, InstantSource clock) {
        return new WorkClaims(store, partsPrefix(plan) + CLAIMS, owner, lasting, clock);
    }

    /** What there is to do of a plan. */
    enum Outlook {
        /** A unit that can be claimed. */
        FREE,
        /** Nothing before other replicas have done what they claimed. */
        TAKEN,
        /** Nothing at all. */
        DONE
    }

    /**
     * Looks what there is to do of a plan, by its claims alone: units of a kind come after all of
     * the kind before.
     */
    Outlook outlook(StatisticsPlan plan, WorkClaims claims) {
        if (!isOpen(plan)) {
            return Outlook.DONE;
        }
        Set<String> done = doneUnits(plan);
        for (Unit.Kind kind : Unit.Kind.values()) {
            List<String> left =
                    Unit.of(plan, kind).stream()
                            .map(Unit::text)
                            .filter(unit -> !done.contains(unit))
                            .toList();
            if (!left.isEmpty()) {
                return left.stream().anyMatch(claims::isFree) ? Outlook.FREE : Outlook.TAKEN;
            }
        }
        return Outlook.DONE;
    }

    boolean isDone(StatisticsPlan plan, Unit unit) {
        return store.stat(partKey(plan, unit)).isPresent();
    }

    private static String partKey(StatisticsPlan plan, Unit unit) {
        return partsPrefix(plan) + unit.text();
    }

    /** Returns how many of a plan's units are done. */
    public int done(StatisticsPlan plan) {
        return doneUnits(plan).size();
    }

    private Set<String> doneUnits(StatisticsPlan plan) {
        String parts = partsPrefix(plan);
        try (Stream<ObjectStat> stored = store.list(parts)) {
            return stored.map(stat -> stat.key().substring(parts.length()))
                    .filter(unit -> !unit.startsWith(CLAIMS))
                    .collect(Collectors.toSet());
        }
    }

    /** Removes what a unit gave. */
    void discard(StatisticsPlan plan, Unit unit) {
        store.delete(partKey(plan, unit));
    }

    /**
     * Stores what a unit gave, by way of a file.
     *
     * @param folder keeps the file, for {@link #open}
     */
    void put(StatisticsPlan plan, Unit unit, SafetensorsWriter content, Path folder) {
        Path file = folder.resolve(unit.text());
        Path part = folder.resolve(unit.text() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                content.writeTo(out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            store.put(partKey(plan, unit), file);
        } catch (IOException e) {
            throw notCopied(plan, unit, folder, e);
        } catch (UncheckedIOException e) {
            throw notCopied(plan, unit, folder, e.getCause());
        }
    }

    private static RetryableObjectStoreException notCopied(
            StatisticsPlan plan, Unit unit, Path folder, IOException e) {
        return new RetryableObjectStoreException(
                "part not copied: reason=%s, key=%s, folder=%s"
                        .formatted(e, partKey(plan, unit), folder),
                e);
    }

    /** Opens what a unit gave in a folder, where it is copied unless it lies there. */
    SafetensorsFile open(StatisticsPlan plan, Unit unit, Path folder) {
        Path file = folder.resolve(unit.text());
        try {
            if (!Files.exists(file)) {
                try (InputStream content = store.get(partKey(plan, unit))) {
                    Files.copy(content, file);
                }
            }
            return SafetensorsFile.open(file);
        } catch (IOException e) {
            throw notCopied(plan, unit, folder, e);
        }
    }

    /**
     * Why there are no statistics.
     *
     * @param digest that of the setting
     * @param reason what was expected and what was found
     */
    public record Failure(String digest, String reason) {

        public Failure {
            requireNonNull(digest, "digest is null");
            requireNonNull(reason, "reason is null");
        }
    }

    /** Takes note that the statistics of a checkpoint cannot be made. */
    void fail(StatisticsPlan.Setting setting, DictionaryCheckpoint checkpoint, String reason) {
        fail(
                checkpoint,
                setting.text(),
                setting.digest(StatisticsSummary.currentDefinitions()),
                reason);
    }

    /** Takes note that the statistics of a checkpoint on a text cannot be made. */
    void fail(DictionaryCheckpoint checkpoint, String text, String digest, String reason) {
        store.put(failureKey(checkpoint, text), Json.write(new Failure(digest, reason)));
    }

    /** Takes note that they can, after all. */
    void succeed(StatisticsPlan.Setting setting, DictionaryCheckpoint checkpoint) {
        store.delete(failureKey(checkpoint, setting.text()));
    }

    private static String failureKey(DictionaryCheckpoint checkpoint, String text) {
        return ObjectKeys.latentStatistics(checkpoint.dictionary(), checkpoint.step(), text)
                + FAILURE;
    }

    /** Returns why there are no statistics of a checkpoint on a text, if they were tried. */
    public Optional<Failure> failure(DictionaryCheckpoint checkpoint, String text) {
        return find(failureKey(checkpoint, text), Failure.class);
    }
}
