package org.lexicographer.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a server leaves behind that is killed while it writes: it writes each object under its key
 * and a UUID, gives the file its attributes, the entity tag among them, and then its name.
 */
final class HalfWrittenFiles {

    private static final Pattern NAME =
            Pattern.compile(".*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private HalfWrittenFiles() {}

    /** Deletes them; no server may be writing. */
    static void delete(Path folder) throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.walk(folder)) {
            left = files.filter(file -> NAME.matcher(file.toString()).matches()).toList();
        }
        for (Path file : left) {
            if (Files.isRegularFile(file) && hasNoAttributes(file)) {
                Files.delete(file);
            }
        }
    }

    /** Where a file system knows no such attributes, nothing can be told from their absence. */
    private static boolean hasNoAttributes(Path file) throws IOException {
        UserDefinedFileAttributeView attributes =
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        return attributes != null
                && Files.getFileStore(file)
                        .supportsFileAttributeView(UserDefinedFileAttributeView.class)
                && attributes.list().isEmpty();
    }
}
