package org.lexicographer.allinone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that keeps what an all-in-one holds. One process has it at a time; the lock is gone
 * when that process is, however it ends.
 */
public final class DataFolder implements AutoCloseable {

    /** Holds the process id of its owner while it is locked. */
    static final String LOCK_FILE = "all-in-one.lock";

    private static final String KAFKA = "kafka";
    private static final String OBJECT_STORE = "object-store";
    private static final String LOGS = "logs";

    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Takes the folder, and creates it when it is missing.
     *
     * @throws IllegalStateException when another process has it, or when it holds other things
     */
    public static DataFolder take(Path folder) {
        try {
            refuseForeign(folder);
            Files.createDirectories(folder);
            return lock(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("data folder cannot be used: folder=" + folder, e);
        }
    }

    private static void refuseForeign(Path folder) throws IOException {
        if (!Files.exists(folder) || Files.exists(folder.resolve(LOCK_FILE))) {
            return;
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new IllegalStateException(
                        "not a data folder: it holds other things, folder=" + folder);
            }
        }
    }

    private static DataFolder lock(Path folder) throws IOException {
        Path file = folder.resolve(LOCK_FILE);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new IllegalStateException(
                    "data folder is in use by another process: folder=%s, process=%s"
                            .formatted(folder, Files.readString(file).strip()));
        }
        byte[] owner = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
        channel.truncate(0).write(ByteBuffer.wrap(owner));
        return new DataFolder(folder, channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    public Path path() {
        return folder;
    }

    public Path kafka() {
        return folder.resolve(KAFKA);
    }

    public Path objectStore() {
        return folder.resolve(OBJECT_STORE);
    }

    /** Returns the log file of one part of the system. */
    public Path log(String part) {
        return folder.resolve(LOGS).resolve(part + ".log");
    }

    /** Tells whether the folder holds anything to continue with. */
    public boolean hasState() {
        return Files.exists(kafka()) && Files.exists(objectStore());
    }

    /** Removes everything that the folder holds, and makes room for new logs. */
    public void clear() {
        List.of(KAFKA, OBJECT_STORE, LOGS).forEach(name -> delete(folder.resolve(name)));
    }

    /** Creates what must be there before anything starts. */
    public void prepare() {
        try {
            Files.createDirectories(folder.resolve(LOGS));
        } catch (IOException e) {
            throw new UncheckedIOException("data folder cannot be used: folder=" + folder, e);
        }
    }

    private static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> content = Files.walk(tree)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be removed: path=" + tree, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("data folder lock cannot be released", e);
        }
    }
}
