package org.lexicographer.languagemodel.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder that is being filled, or in which a process works for a while. A lock beside it, which
 * dies with its process, tells it from one that a killed process has left.
 */
public final class UnfinishedFolder implements AutoCloseable {

    private static final String PREFIX = "part-";
    private static final String LOCK = ".lock";

    /** Earlier versions named theirs {@code part-N}, or after the final folder. */
    private static final Pattern NAME =
            Pattern.compile(PREFIX + "[^.]+|[0-9a-f]{32}\\.[-0-9a-f]{36}");

    /** Those of this process, whose lock files must not even be opened: closing would unlock. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path lockFile;
    private final FileChannel lock;

    private UnfinishedFolder(Path path, Path lockFile, FileChannel lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Creates an empty folder with a name of its own. */
    public static UnfinishedFolder create(Path root) throws IOException {
        Path path = root.resolve(PREFIX + UUID.randomUUID());
        UnfinishedFolder folder =
                lock(path).orElseThrow(() -> new IOException("locked by another process: " + path));
        try {
            Files.createDirectory(path);
            return folder;
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    /** Empty when somebody is at work on the folder. */
    private static Optional<UnfinishedFolder> lock(Path path) throws IOException {
        if (!OWN.add(path)) {
            return Optional.empty();
        }
        Path lockFile = path.resolveSibling(path.getFileName() + LOCK);
        FileChannel channel =
                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        // The lock is held until its channel is closed.
        if (channel.tryLock() != null) {
            return Optional.of(new UnfinishedFolder(path, lockFile, channel));
        }
        channel.close();
        OWN.remove(path);
        return Optional.empty();
    }

    /** Removes the folders that nobody is at work on, and returns them. */
    public static List<Path> removeLeftovers(Path root) throws IOException {
        List<Path> removed = new ArrayList<>();
        try (Stream<Path> paths = Files.list(root)) {
            for (Path path : paths.filter(UnfinishedFolder::isUnfinished).toList()) {
                Optional<UnfinishedFolder> leftover = lock(path);
                if (leftover.isPresent()) {
                    leftover.get().close();
                    removed.add(path);
                }
            }
        }
        return removed;
    }

    private static boolean isUnfinished(Path path) {
        return NAME.matcher(path.getFileName().toString()).matches() && Files.isDirectory(path);
    }

    public Path path() {
        return path;
    }

    /** Removes whatever is left of the folder; after a rename, nothing. */
    @Override
    public void close() throws IOException {
        try (lock) {
            ModelCache.delete(path);
            Files.deleteIfExists(lockFile);
        } finally {
            OWN.remove(path);
        }
    }
}
