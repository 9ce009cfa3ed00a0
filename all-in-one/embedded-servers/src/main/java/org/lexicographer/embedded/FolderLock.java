package org.lexicographer.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder that one server has for itself, in this process or any other, until it is closed or the
 * process ends.
 *
 * <p>Neither server protects itself: a second broker writes to the first one's metadata before it
 * notices, and the S3 server's conditional writes are atomic within one process alone.
 */
final class FolderLock implements AutoCloseable {

    private static final String FILE_NAME = "in-use.lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Creates the folder when it is missing and takes it.
     *
     * @throws IllegalStateException when another server has it
     */
    static FolderLock take(Path folder) {
        try {
            Files.createDirectories(folder);
            return lock(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("data folder cannot be used: folder=" + folder, e);
        }
    }

    private static FolderLock lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(FILE_NAME),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new IllegalStateException(
                    "data folder is in use by another server: folder=" + folder);
        }
        return new FolderLock(channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("data folder lock cannot be released", e);
        }
    }
}
