package org.lexicographer.eval.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lexicographer.languagemodel.folder.UnfinishedFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that is deleted, with all that was put in it, when it is closed, and by {@link
 * #removeLeftovers} when its process was killed.
 */
public final class TemporaryFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

    private final UnfinishedFolder folder;

    private TemporaryFolder(UnfinishedFolder folder) {
        this.folder = folder;
    }

    /** Returns where all of them lie. */
    static Path root() {
        return Path.of(System.getProperty("java.io.tmpdir"), "lexicographer-eval", "work");
    }

    /**
     * Creates an empty folder.
     *
     * @throws NotWritableException when there is no room for it
     */
    public static TemporaryFolder create() {
        try {
            Files.createDirectories(root());
            return new TemporaryFolder(UnfinishedFolder.create(root()));
        } catch (IOException e) {
            throw new NotWritableException(root(), e);
        }
    }

    /** Removes what killed processes have left; what others are at work on stays. */
    public static void removeLeftovers() {
        if (!Files.isDirectory(root())) {
            return;
        }
        try {
            UnfinishedFolder.removeLeftovers(root())
                    .forEach(left -> LOG.info("temporary folder removed: folder={}", left));
        } catch (IOException e) {
            LOG.warn("temporary folders not removed: root={}", root(), e);
        }
    }

    public Path path() {
        return folder.path();
    }

    @Override
    public void close() {
        try {
            folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException("temporary folder not removed: folder=" + path(), e);
        }
    }
}
