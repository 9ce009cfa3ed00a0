package org.lexicographer.runstore.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Lets one backup or restore at a time have a folder. It ends with its process at the latest. */
final class FolderLock implements AutoCloseable {

    private static final String FILE = "lock";

    private final Optional<FileChannel> channel;

    private FolderLock(Optional<FileChannel> channel) {
        this.channel = channel;
    }

    /**
     * Takes the folder. One that cannot be written to needs no lock, as on a disk that can be read
     * only.
     *
     * @throws BackupException when another has it
     */
    static FolderLock of(Path folder) {
        if (!Files.isWritable(folder)) {
            return new FolderLock(Optional.empty());
        }
        try {
            return locked(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("not locked: folder=" + folder, e);
        }
    }

    private static FolderLock locked(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process.
            locked = false;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new BackupException(
                    "another backup or restore is at work in the folder: folder=" + folder);
        }
        return new FolderLock(Optional.of(channel));
    }

    @Override
    public void close() {
        if (channel.isPresent()) {
            try {
                channel.get().close();
            } catch (IOException e) {
                throw new UncheckedIOException("lock not given back", e);
            }
        }
    }
}
