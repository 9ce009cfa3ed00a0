package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetched model folders, each whole or absent: files are written into an {@link UnfinishedFolder}
 * beside the final one, checked, and renamed together.
 */
final class ModelCache {

    private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);

    private final Path root;
    private final CacheRoom room;

    ModelCache(Path root, CacheLimit limit) {
        this.root = requireNonNull(root, "cacheFolder is null");
        this.room = new CacheRoom(root, limit);
    }

    /** Returns where these files are kept, named after their content. */
    Path folder(List<ObjectStat> files) {
        return root.resolve(ModelContents.digest(files));
    }

    /** Takes note that a folder was looked for. */
    void used(Path folder) {
        room.used(folder);
    }

    boolean isWhole(Path folder, List<ObjectStat> files) {
        return files.stream()
                .allMatch(file -> isWhole(folder.resolve(ModelContents.fileName(file)), file));
    }

    private static boolean isWhole(Path here, ObjectStat file) {
        try {
            return Files.isRegularFile(here) && Files.size(here) == file.size();
        } catch (IOException e) {
            LOG.warn("cached model file not readable: file={}", here, e);
            return false;
        }
    }

    /**
     * Fetches the files.
     *
     * @param check runs when all files are here, and may throw
     * @throws IOException when they can't be kept here
     */
    void fetch(ObjectStore bucket, List<ObjectStat> files, Runnable check) throws IOException {
        Files.createDirectories(root);
        room.make(files.stream().mapToLong(ObjectStat::size).sum());
        try (UnfinishedFolder unfinished = UnfinishedFolder.create(root)) {
            for (ObjectStat file : files) {
                FileFetch.fetch(
                        bucket, file, unfinished.path().resolve(ModelContents.fileName(file)));
            }
            check.run();
            publish(unfinished.path(), folder(files), files);
        }
    }

    private void publish(Path unfinished, Path folder, List<ObjectStat> files) throws IOException {
        try {
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // If another process was faster, its copy is as good.
            if (!isWhole(folder, files)) {
                delete(folder);
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    void removeLeftovers() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try {
            for (Path leftover : UnfinishedFolder.removeLeftovers(root)) {
                LOG.info("half-fetched model removed: folder={}", leftover);
            }
        } catch (IOException e) {
            LOG.warn("half-fetched models not removed: cache={}", root, e);
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
