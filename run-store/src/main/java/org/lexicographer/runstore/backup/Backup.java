package org.lexicographer.runstore.backup;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.runstore.backup.BackupFolder.Content;
import org.lexicographer.runstore.backup.BackupIndex.StartAgain;
import org.lexicographer.runstore.backup.BackupIndex.StoredCopy;

/**
 * Copies a bucket into a folder, while services may be at work: round by round what has changed
 * since the last, until a look at the bucket finds nothing that has. So the copy is the bucket at
 * one moment, and whole. Broken off, or made once more into the same folder, it copies what is new.
 *
 * <p>Contents pass through a buffer; of each object its key, size and sums are in memory.
 */
public final class Backup {

    private static final int MOST_ROUNDS = 10;

    private final ObjectStore store;
    private final BackupFolder folder;
    private final List<String> without;
    private final InstantSource clock;

    /**
     * Prepares a backup.
     *
     * @param without prefixes of keys that are left out
     */
    public Backup(ObjectStore store, Path folder, List<String> without, InstantSource clock) {
        this.store = requireNonNull(store, "store is null");
        this.folder = new BackupFolder(folder);
        this.without = List.copyOf(without);
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * What came of it.
     *
     * @param objects how many objects the backup has
     * @param bytes how many bytes they are
     * @param copied how many of them were copied now
     * @param startAgain the runs that had not ended, or had failed: they start again
     */
    public record Report(long objects, long bytes, long copied, List<String> startAgain) {

        public Report {
            startAgain = List.copyOf(startAgain);
        }
    }

    /**
     * Makes the backup.
     *
     * @throws BackupException when the bucket changes faster than it is copied, or is not the one
     *     that the folder is a backup of; what the folder holds stays then
     * @throws UncheckedIOException when the folder cannot be written
     */
    public Report make() {
        try (FolderLock _ = folder.lockToWrite()) {
            Optional<BackupIndex> before = folder.complete();
            before.ifPresent(this::checkBucket);
            return make(before);
        }
    }

    private void checkBucket(BackupIndex before) {
        if (!before.bucket().equals(store.bucket())) {
            throw new BackupException(
                    "folder is the backup of another bucket: expected=%s, found=%s, folder=%s"
                            .formatted(before.bucket(), store.bucket(), folder));
        }
    }

    /** A bucket that lost what it held is not to take its backup with it. */
    private void checkWhole(BucketState state, Optional<BackupIndex> before) {
        if (store.stat(Restore.MARK).isPresent()) {
            throw new BackupException(
                    "bucket is being restored, and is not whole: bucket=%s, mark=%s"
                            .formatted(store.bucket(), Restore.MARK));
        }
        int held = before.map(index -> index.objects().size()).orElse(0);
        if (state.objects().isEmpty() && held > 0) {
            throw new BackupException(
                    "bucket is empty, and its backup is not: objects=%d, bucket=%s, folder=%s"
                            .formatted(held, store.bucket(), folder));
        }
    }

    private Report make(Optional<BackupIndex> before) {
        Map<String, StoredCopy> copies = folder.copied();
        long copied = 0;
        BucketState state = BucketState.of(store, without);
        checkWhole(state, before);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            copied += copyChanged(state, copies);
            BucketState now = BucketState.of(store, without);
            checkWhole(now, before);
            if (state.isSameAs(now)) {
                return complete(state, copies, copied);
            }
            state = now;
        }
        throw new BackupException(
                "bucket changes faster than it is copied: rounds=%d, bucket=%s; repeated, the"
                                .formatted(MOST_ROUNDS, store.bucket())
                        + " backup goes on from here");
    }

    private long copyChanged(BucketState state, Map<String, StoredCopy> copies) {
        long copied = 0;
        for (ObjectStat object : state.objects().values()) {
            StoredCopy before = copies.get(object.key());
            boolean same =
                    before != null
                            && before.etag().equals(object.etag())
                            && before.size() == object.size();
            if (!same) {
                Optional<StoredCopy> copy = copy(object);
                copy.ifPresent(it -> copies.put(it.key(), it));
                copied += copy.isPresent() ? 1 : 0;
            }
        }
        return copied;
    }

    /**
     * Empty for one that has gone or changed meanwhile, which the next look at the bucket finds.
     */
    private Optional<StoredCopy> copy(ObjectStat object) {
        try (InputStream content = store.get(object.key())) {
            Content kept = folder.keep(content);
            if (kept.size() != object.size()) {
                return Optional.empty();
            }
            StoredCopy copy =
                    new StoredCopy(object.key(), kept.size(), object.etag(), kept.sha256());
            folder.copied(copy);
            return Optional.of(copy);
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("not copied: key=" + object.key(), e);
        }
    }

    private Report complete(BucketState state, Map<String, StoredCopy> copies, long copied) {
        List<StoredCopy> objects = new ArrayList<>();
        for (String key : state.objects().keySet()) {
            StoredCopy copy = copies.get(key);
            if (copy == null) {
                throw new BackupException("object listed, and not there: key=" + key);
            }
            objects.add(copy);
        }
        folder.complete(
                new BackupIndex(store.bucket(), clock.instant(), objects, state.startAgain()));
        return new Report(
                objects.size(),
                objects.stream().mapToLong(StoredCopy::size).sum(),
                copied,
                state.startAgain().stream().map(StartAgain::run).toList());
    }
}
