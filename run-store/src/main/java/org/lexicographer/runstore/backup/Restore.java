package org.lexicographer.runstore.backup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.runstore.backup.BackupIndex.StartAgain;
import org.lexicographer.runstore.backup.BackupIndex.StoredCopy;

/**
 * Fills an empty bucket from a backup. All of the backup is read and checked before anything is
 * written; what names other objects is written after them. A mark in the bucket says that it is
 * being filled, and from what, so that a restore that was broken off goes on, and no other begins.
 */
public final class Restore {

    /** The key of the mark. */
    static final String MARK = "restore-in-progress.json";

    /** The files that say of others that they are whole. */
    private static final List<String> NAMES =
            List.of("config.json", "import.json", "summary.json", "manifest.json", "complete.json");

    private final ObjectStore store;
    private final BackupFolder folder;

    /** Prepares a restore into a bucket that is there. */
    public Restore(ObjectStore store, Path folder) {
        this.store = requireNonNull(store, "store is null");
        this.folder = new BackupFolder(folder);
    }

    /**
     * What came of it.
     *
     * @param bucket the bucket that the backup was made of
     * @param at when
     * @param objects how many objects there are now
     * @param bytes how many bytes they are
     * @param startAgain the runs that start again once they are submitted, each with what has to be
     *     published of its dataset
     */
    public record Report(
            String bucket,
            String at,
            long objects,
            long bytes,
            Map<String, List<JsonNode>> startAgain) {

        public Report {
            startAgain = Collections.unmodifiableMap(new LinkedHashMap<>(startAgain));
        }
    }

    /**
     * Restores the backup.
     *
     * @throws BackupException when it is damaged, naming the object, or the bucket is not empty;
     *     nothing is written then
     */
    public Report run() {
        try (FolderLock _ = folder.lock()) {
            return restored();
        }
    }

    private Report restored() {
        BackupIndex index = folder.index();
        index.objects().forEach(folder::check);
        byte[] mark = folder.identity().getBytes(StandardCharsets.UTF_8);
        begin(mark);
        List<StoredCopy> copies = new ArrayList<>(index.objects());
        copies.sort(Comparator.comparing(copy -> turn(copy.key())));
        copies.forEach(this::put);
        store.delete(MARK);
        Map<String, List<JsonNode>> startAgain = new LinkedHashMap<>();
        for (StartAgain run : index.startAgain()) {
            startAgain.put(run.run(), run.shards());
        }
        return new Report(
                index.bucket(),
                index.at(),
                copies.size(),
                copies.stream().mapToLong(StoredCopy::size).sum(),
                startAgain);
    }

    private void begin(byte[] mark) {
        if (isMarked(mark)) {
            return;
        }
        try (Stream<ObjectStat> there = store.list("")) {
            Optional<ObjectStat> first = there.findFirst();
            if (first.isPresent()) {
                throw new BackupException(
                        "bucket is not empty: bucket=%s, first key=%s"
                                .formatted(store.bucket(), first.get().key()));
            }
        }
        if (store.putIfAbsent(MARK, mark).isEmpty() && !isMarked(mark)) {
            throw new BackupException(
                    "bucket is being filled from another backup: bucket=" + store.bucket());
        }
    }

    private boolean isMarked(byte[] mark) {
        try {
            return Arrays.equals(store.bytes(MARK), mark);
        } catch (ObjectNotFoundException e) {
            return false;
        }
    }

    /** Claims on names first, so that nobody has one; what makes others visible after them. */
    private static int turn(String key) {
        if (key.startsWith(ObjectKeys.nameClaim("").replace(".json", ""))) {
            return 0;
        }
        String name = key.substring(key.lastIndexOf('/') + 1);
        if (key.startsWith(ObjectKeys.RUNS) && name.equals("run.json")) {
            return 4;
        }
        if (key.startsWith(ObjectKeys.RUNS) && name.equals("end.json")) {
            return 3;
        }
        boolean isName =
                NAMES.stream().anyMatch(name::endsWith) || key.startsWith("hub/manifests/");
        return isName ? 2 : 1;
    }

    private void put(StoredCopy copy) {
        if (isStored(copy)) {
            return;
        }
        try (InputStream content = folder.open(copy)) {
            ObjectStat stored = store.put(copy.key(), content, copy.size());
            if (stored.size() != copy.size()) {
                throw new BackupException(
                        "object not stored as it is: key=%s, expected=%d bytes, found=%d"
                                .formatted(copy.key(), copy.size(), stored.size()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("not restored: key=" + copy.key(), e);
        }
    }

    /** By this restore, before it was broken off: the bucket was empty. */
    private boolean isStored(StoredCopy copy) {
        return store.stat(copy.key()).filter(it -> it.size() == copy.size()).isPresent();
    }
}
