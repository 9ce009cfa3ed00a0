package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room for a model that is fetched, by removing the folders that were looked for longest ago.
 * One that was looked for lately stays, as some process may be about to open it; one that is open
 * stays readable to those who have its files. A folder goes as a whole.
 */
final class CacheRoom {

    private static final Logger LOG = LoggerFactory.getLogger(CacheRoom.class);
    private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{32}");
    private static final Duration LATELY = Duration.ofHours(1);

    private final Path root;
    private final CacheLimit limit;

    CacheRoom(Path root, CacheLimit limit) {
        this.root = requireNonNull(root, "root is null");
        this.limit = requireNonNull(limit, "limit is null");
    }

    /** A folder in the cache. */
    private record Cached(Path path, long bytes, Instant used) {}

    /** Takes note that a folder was looked for. */
    void used(Path folder) {
        if (limit.bytes().isEmpty()) {
            return;
        }
        try {
            Files.setLastModifiedTime(folder, FileTime.from(limit.clock().instant()));
        } catch (IOException e) {
            LOG.warn("use of a cached model not noted: folder={}", folder, e);
        }
    }

    /** Removes folders until there is room for so many bytes more, or none is left to remove. */
    void make(long bytes) throws IOException {
        if (limit.bytes().isPresent()) {
            make(bytes, limit.bytes().get());
        }
    }

    private void make(long bytes, long most) throws IOException {
        List<Cached> all = cached();
        long total = bytes + all.stream().mapToLong(Cached::bytes).sum();
        Instant lately = limit.clock().instant().minus(LATELY);
        for (Cached oldest : all) {
            if (total > most && oldest.used().isBefore(lately)) {
                remove(oldest);
                total -= oldest.bytes();
            }
        }
        if (total > most) {
            LOG.warn(
                    "cached models take more than they may, none can go: most={}, bytes={},"
                            + " cache={}",
                    most,
                    total,
                    root);
        }
    }

    private List<Cached> cached() throws IOException {
        List<Cached> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.filter(CacheRoom::isCached).toList()) {
                cached(folder).ifPresent(all::add);
            }
        }
        all.sort(Comparator.comparing(Cached::used));
        return all;
    }

    /** Empty for one that another process, which shares the cache, removes meanwhile. */
    private static Optional<Cached> cached(Path folder) {
        try {
            return Optional.of(
                    new Cached(
                            folder, bytes(folder), Files.getLastModifiedTime(folder).toInstant()));
        } catch (IOException | UncheckedIOException e) {
            LOG.info("cached model not looked at: folder={}, reason={}", folder, e.toString());
            return Optional.empty();
        }
    }

    private static boolean isCached(Path path) {
        return FOLDER.matcher(path.getFileName().toString()).matches() && Files.isDirectory(path);
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /** By way of an unfinished folder, so that nobody finds half of it. */
    private void remove(Cached folder) throws IOException {
        try (UnfinishedFolder leaving = UnfinishedFolder.create(root)) {
            Files.move(
                    folder.path(),
                    leaving.path().resolve(folder.path().getFileName()),
                    StandardCopyOption.ATOMIC_MOVE);
            LOG.info(
                    "cached model removed: folder={}, bytes={}, used={}",
                    folder.path(),
                    folder.bytes(),
                    folder.used());
        } catch (FileSystemException e) {
            // Another process that shares the cache was faster.
            LOG.info("cached model not removed: folder={}, reason={}", folder.path(), e.toString());
        }
    }
}
