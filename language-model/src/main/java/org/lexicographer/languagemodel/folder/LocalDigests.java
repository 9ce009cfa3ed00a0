package org.lexicographer.languagemodel.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Digests of the files of local folders. A file's digest is remembered for as long as the file
 * system says that nobody has touched it: same file, size, and times of change, the latter not so
 * recent that a further change could bear the same time.
 */
final class LocalDigests {

    /** The coarsest clock of a file system in use. */
    private static final Duration CLOCK_TICK = Duration.ofSeconds(2);

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int TRIES = 3;

    private final Pattern wanted;
    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    LocalDigests(Pattern wanted) {
        this.wanted = wanted;
    }

    /**
     * Returns a digest of all the folder's wanted files and their names.
     *
     * @throws InvalidModelException when there is none, or one can't be read
     * @throws ModelOutageException when somebody is writing to them
     */
    String of(Path folder) {
        try {
            ContentDigest digest = new ContentDigest();
            List<Path> files = files(folder);
            if (files.isEmpty()) {
                throw new InvalidModelException("no such language model: no files in " + folder);
            }
            for (Path file : files) {
                digest.add(file.getFileName().toString()).add(digest(file));
            }
            return digest.text();
        } catch (IOException e) {
            throw new InvalidModelException(
                    "model folder not readable: reason=%s, folder=%s".formatted(e, folder), e);
        }
    }

    private List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> wanted.matcher(file.getFileName().toString()).matches())
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private String digest(Path file) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Instant now = Instant.now();
            State before = State.of(file);
            Known last = known.get(file);
            if (last != null && last.state.equals(before)) {
                return last.digest;
            }
            String digest = read(file);
            if (State.of(file).equals(before)) {
                if (before.isOlderThan(now.minus(CLOCK_TICK))) {
                    known.put(file, new Known(before, digest));
                }
                return digest;
            }
        }
        throw new ModelOutageException("model file changes while it is read: file=" + file);
    }

    private static String read(Path file) throws IOException {
        MessageDigest digest = ContentDigest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private record Known(State state, String digest) {}

    /**
     * What the file system says of a file.
     *
     * @param changed the time of the last change, which no program can set; some systems have none
     */
    private record State(Object fileKey, long size, FileTime modified, Optional<FileTime> changed) {

        static State of(Path file) throws IOException {
            BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
            Optional<FileTime> changed =
                    file.getFileSystem().supportedFileAttributeViews().contains("unix")
                            ? Optional.of((FileTime) Files.getAttribute(file, "unix:ctime"))
                            : Optional.empty();
            return new State(basic.fileKey(), basic.size(), basic.lastModifiedTime(), changed);
        }

        /** Not known to be old where the file system does not say. */
        boolean isOlderThan(Instant latest) {
            return changed.filter(time -> time.toInstant().isBefore(latest)).isPresent();
        }
    }
}
