package org.lexicographer.trainer.storage;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.hub.HubRepository;
import org.lexicographer.objectstore.hub.HubRepository.Kind;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.objectstore.hub.HubStore.Folder;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;
import org.lexicographer.pipeline.stored.Removal;
import org.lexicographer.pipeline.stored.StoredDictionary;
import org.lexicographer.runstore.StoredRuns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes models and dictionaries of the hub that no run and no import has named for a while.
 * Whoever names one afterwards fetches it again.
 *
 * <p>What says that the files are all there goes first; the files go at a later look, if nobody has
 * fetched them since. So whoever was reading them has that long to end. Datasets stay: shards that
 * nobody has begun may name them.
 */
public final class HubRetention {

    /** What is removed. */
    public static final String PART = "hub";

    private static final Logger LOG = LoggerFactory.getLogger(HubRetention.class);

    private final ObjectStore objects;
    private final HubStore hub;
    private final Duration kept;
    private final Duration grace;
    private final InstantSource clock;

    /**
     * Creates the retention.
     *
     * @param kept for how long files stay that nobody was seen to name
     * @param grace for how long they stay, for those who read them, after they were forgotten
     */
    public HubRetention(
            ObjectStore objects, HubStore hub, Duration kept, Duration grace, InstantSource clock) {
        this.objects = requireNonNull(objects, "objects is null");
        this.hub = requireNonNull(hub, "hub is null");
        this.kept = requireNonNull(kept, "kept is null");
        this.grace = requireNonNull(grace, "grace is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * What is stored of files that nobody names.
     *
     * @param sinceMillis since when that is known, in milliseconds since 1970
     * @param forgotten the files, once nothing says any more that they are all there
     */
    private record Mark(long sinceMillis, Optional<Folder> forgotten) {

        Mark {
            requireNonNull(forgotten, "forgotten is null");
        }

        boolean isFor(Duration time, Instant now) {
            return Duration.between(Instant.ofEpochMilli(sinceMillis), now).compareTo(time) >= 0;
        }
    }

    /**
     * Removes what is due, and returns what this replica has removed.
     *
     * @throws IllegalStateException naming the object when a spec or an import is not readable:
     *     what it names is not known, and nothing is removed
     */
    public List<Removal> sweep() {
        Map<String, Mark> marks = marks();
        Map<String, Folder> folders = new TreeMap<>();
        hub.folders().forEach(folder -> folders.put(mark(folder), folder));
        if (marks.isEmpty() && folders.isEmpty()) {
            return List.of();
        }
        Set<String> named = named();
        List<Removal> removed = new ArrayList<>();
        folders.forEach(
                (key, folder) -> age(key, folder, Optional.ofNullable(marks.get(key)), named));
        marks.forEach(
                (key, mark) -> {
                    if (!folders.containsKey(key)) {
                        remove(key, mark, named).ifPresent(removed::add);
                    }
                });
        return removed;
    }

    /** Files that were forgotten at an earlier look, and are not there again. */
    private Optional<Removal> remove(String key, Mark mark, Set<String> named) {
        if (mark.forgotten().isEmpty() || !mark.isFor(grace, clock.instant())) {
            return Optional.empty();
        }
        Folder folder = mark.forgotten().get();
        // A run may have been submitted while others were removed.
        if (isNamed(folder, named) || isNamed(folder, named())) {
            // Somebody will need them in a moment, and has the less to fetch.
            return Optional.empty();
        }
        List<ObjectStat> files = hub.remove(folder);
        objects.delete(key);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        long bytes = files.stream().mapToLong(ObjectStat::size).sum();
        LOG.info("files of the hub removed: uri={}, bytes={}", folder.uri(), bytes);
        return Optional.of(new Removal(PART, clock.instant(), files.size(), bytes));
    }

    private void age(String key, Folder folder, Optional<Mark> mark, Set<String> named) {
        Instant now = clock.instant();
        if (isNamed(folder, named)) {
            mark.ifPresent(_ -> objects.delete(key));
        } else if (mark.filter(it -> it.forgotten().isEmpty()).isEmpty()) {
            // Seen for the first time, or fetched again since it was forgotten.
            objects.put(key, Json.write(new Mark(now.toEpochMilli(), Optional.empty())));
        } else if (mark.get().isFor(kept, now) && !isNamed(folder, named())) {
            Mark forgotten = new Mark(now.toEpochMilli(), Optional.of(folder));
            objects.put(key, Json.write(forgotten));
            hub.forget(folder);
        }
    }

    private static String mark(Folder folder) {
        String files = HubStore.prefix(folder.repository(), folder.commit());
        return "%s%s%s.json"
                .formatted(
                        HubStore.UNNAMED, files.substring(HubStore.PREFIX.length()), folder.name());
    }

    private Map<String, Mark> marks() {
        Map<String, Mark> marks = new TreeMap<>();
        for (ObjectStat stored : RunStorage.list(objects, HubStore.UNNAMED)) {
            try {
                marks.put(stored.key(), Json.read(objects.bytes(stored.key()), Mark.class));
            } catch (ObjectNotFoundException e) {
                LOG.debug("looked at by another replica: key={}", stored.key());
            } catch (InvalidFieldsException e) {
                LOG.warn("not readable, counted anew: key={}", stored.key(), e);
            }
        }
        return marks;
    }

    private static boolean isNamed(Folder folder, Set<String> named) {
        String files = HubStore.prefix(folder.repository(), folder.commit());
        return named.stream().anyMatch(prefix -> prefix.startsWith(files));
    }

    /** Returns where the language models of all runs and imports are in the store. */
    private Set<String> named() {
        return models().stream().flatMap(uri -> prefix(uri).stream()).collect(Collectors.toSet());
    }

    /** Whichever way it is written. What is no address names nothing that could be read. */
    private Optional<String> prefix(String uri) {
        try {
            return switch (SourceUri.parse(uri)) {
                case HubPath path when path.isPinned() && !path.isDataset() ->
                        Optional.of(
                                HubStore.prefix(
                                        new HubRepository(Kind.MODELS, path.repository()),
                                        path.revision()));
                case StoredObject folder when folder.bucket().equals(hub.bucket()) ->
                        Optional.of(folder.key() + "/");
                case HubPath _, StoredObject _, LocalFile _ -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            LOG.debug("no address of a language model: uri={}", uri);
            return Optional.empty();
        }
    }

    private Set<String> models() {
        Set<String> named = new HashSet<>();
        new StoredRuns(objects).eachOne().forEach(spec -> named.add(spec.languageModel().uri()));
        try (Stream<ObjectStat> stored = objects.list(ObjectKeys.DICTIONARIES)) {
            stored.map(ObjectStat::key)
                    .flatMap(key -> StoredDictionary.ofConfigKey(key).stream())
                    .flatMap(dictionary -> imported(dictionary).stream())
                    .map(Imported::languageModel)
                    .forEach(named::add);
        }
        return named;
    }

    private Optional<Imported> imported(StoredDictionary dictionary) {
        String key = dictionary.prefix() + StoredDictionary.CONFIG_FILE;
        try {
            return DictionaryFormat.readConfig(objects.bytes(key)).imported();
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        } catch (DictionaryException e) {
            throw new IllegalStateException(
                    "nothing of the hub is removed: key=%s, reason=%s"
                            .formatted(key, e.getMessage()),
                    e);
        }
    }
}
