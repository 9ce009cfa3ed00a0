package org.lexicographer.eval.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is deleted, with all that was put in it, when it is closed. */
public final class TemporaryFolder implements AutoCloseable {

    static final String PREFIX = "lexicographer-exchange-";

    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    public static TemporaryFolder create() {
        try {
            return new TemporaryFolder(Files.createTempDirectory(PREFIX));
        } catch (IOException e) {
            throw new NotWritableException(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            for (Path file : deepestFirst()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("temporary folder not removed: folder=" + path, e);
        }
    }

    private List<Path> deepestFirst() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
