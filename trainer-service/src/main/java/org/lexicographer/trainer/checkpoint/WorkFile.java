package org.lexicographer.trainer.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is there until it is closed.
 *
 * @param path where it is
 */
record WorkFile(Path path) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkFile.class);

    /**
     * Creates an empty file.
     *
     * @param folder holds it; created where it is missing
     */
    static WorkFile in(Path folder) {
        try {
            Files.createDirectories(folder);
            return new WorkFile(Files.createTempFile(folder, "checkpoint-", ".part"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("temporary file not deleted: file={}", path, e);
        }
    }
}
