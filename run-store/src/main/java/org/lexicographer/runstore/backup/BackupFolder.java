package org.lexicographer.runstore.backup;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.runstore.backup.BackupIndex.StartAgain;
import org.lexicographer.runstore.backup.BackupIndex.StoredCopy;

/**
 * The folder of a backup.
 *
 * <pre>
 * backup.json            the {@link BackupIndex}
 * backup.json.sha256     its SHA-256, as sha256sum writes and checks it: it says which index counts
 * objects/ab/abcd...     a file for each content, named by its SHA-256
 * start-again/{run}/     run.json and shards.json of each run that had not ended
 * copied.jsonl           what was copied so far, a line each, so that nothing is copied twice
 * lock                   held by the backup or restore that is at work
 * </pre>
 */
final class BackupFolder {

    private static final String INDEX = "backup.json";
    private static final String INDEX_SUM = INDEX + ".sha256";
    private static final String COPIED = "copied.jsonl";
    static final String START_AGAIN = "start-again";
    static final String SPEC = "run.json";
    static final String SHARDS = "shards.json";

    private static final String OBJECTS = "objects";
    private static final String PART = ".part";
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;

    BackupFolder(Path folder) {
        this.folder = requireNonNull(folder, "folder is null");
    }

    /** What is known of a file. */
    record Content(long size, String sha256) {}

    /** Makes the folder and takes it; the caller gives it back. */
    FolderLock lockToWrite() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("not written: folder=" + folder, e);
        }
        return lock();
    }

    /** Takes the folder; the caller gives it back. */
    FolderLock lock() {
        return FolderLock.of(folder);
    }

    /** Keeps a content, unless it is there. The stream is not closed. */
    Content keep(InputStream content) {
        try {
            // One that is left over goes with what the next backup does not need.
            Path objects = Files.createDirectories(folder.resolve(OBJECTS));
            Path part = Files.createTempFile(objects, "object", PART);
            Content kept;
            try (OutputStream out = Files.newOutputStream(part)) {
                kept = copy(content, out);
            }
            Path file = file(kept.sha256());
            Files.createDirectories(file.getParent());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException("not written: folder=" + folder, e);
        }
    }

    private static Content copy(InputStream content, OutputStream out) throws IOException {
        DigestInputStream digested = new DigestInputStream(content, sha256());
        byte[] buffer = new byte[BUFFER_BYTES];
        long size = 0;
        for (int read = digested.read(buffer); read >= 0; read = digested.read(buffer)) {
            out.write(buffer, 0, read);
            size += read;
        }
        return new Content(size, HexFormat.of().formatHex(digested.getMessageDigest().digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private Path file(String sha256) {
        return folder.resolve(OBJECTS).resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    /** Takes note that an object was copied. */
    void copied(StoredCopy copy) {
        try {
            byte[] line =
                    (new String(Json.write(copy), StandardCharsets.UTF_8) + "\n")
                            .getBytes(StandardCharsets.UTF_8);
            Files.write(
                    folder.resolve(COPIED),
                    line,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("not written: folder=" + folder, e);
        }
    }

    /**
     * Returns what was copied so far and is there as it was copied, by key, having read all of it;
     * a line that broke off is passed over.
     */
    Map<String, StoredCopy> copied() {
        Map<String, StoredCopy> copied = new LinkedHashMap<>();
        Map<Path, Boolean> sound = new HashMap<>();
        try (Stream<String> lines = Files.lines(folder.resolve(COPIED))) {
            lines.flatMap(line -> copy(line).stream())
                    .filter(copy -> sound.computeIfAbsent(file(copy.sha256()), _ -> isSound(copy)))
                    .forEach(copy -> copied.put(copy.key(), copy));
        } catch (NoSuchFileException none) {
            return copied;
        } catch (IOException e) {
            throw new UncheckedIOException("not readable: folder=" + folder, e);
        }
        return copied;
    }

    private static Optional<StoredCopy> copy(String line) {
        try {
            return Optional.of(Json.read(line.getBytes(StandardCharsets.UTF_8), StoredCopy.class));
        } catch (InvalidFieldsException brokenOff) {
            return Optional.empty();
        }
    }

    /** One that is missing or damaged is copied again. */
    private boolean isSound(StoredCopy copy) {
        try {
            check(copy);
            return true;
        } catch (BackupException | UncheckedIOException e) {
            return false;
        }
    }

    /** Says that the backup is whole, and removes what it does not need. */
    void complete(BackupIndex index) {
        byte[] json = index.toJson();
        String sum = "%s  %s%n".formatted(sha256(json), INDEX);
        try {
            for (StartAgain run : index.startAgain()) {
                write(run, index);
            }
            // The sum is the switch from the earlier index, which counts until then, to this one.
            write(folder.resolve(INDEX + PART), json);
            write(folder.resolve(INDEX_SUM + PART), sum.getBytes(StandardCharsets.UTF_8));
            move(INDEX_SUM);
            move(INDEX);
            removeOthers(index);
        } catch (IOException e) {
            throw new UncheckedIOException("not written: folder=" + folder, e);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
    }

    private void move(String name) throws IOException {
        Files.move(
                folder.resolve(name + PART),
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(StartAgain run, BackupIndex index) throws IOException {
        Path start = folder.resolve(START_AGAIN).resolve(run.run());
        Files.createDirectories(start);
        for (StoredCopy copy : index.objects()) {
            if (copy.key().equals(ObjectKeys.runSpec(run.run()))) {
                Files.copy(
                        file(copy.sha256()),
                        start.resolve(SPEC),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.write(start.resolve(SHARDS), Json.writePretty(run.shards()));
    }

    private void removeOthers(BackupIndex index) throws IOException {
        Set<Path> needed =
                index.objects().stream()
                        .map(copy -> file(copy.sha256()))
                        .collect(Collectors.toSet());
        List<Path> others;
        try (Stream<Path> files = Files.walk(folder.resolve(OBJECTS))) {
            others =
                    files.filter(Files::isRegularFile)
                            .filter(file -> !needed.contains(file))
                            .toList();
        } catch (NoSuchFileException none) {
            return;
        }
        for (Path other : others) {
            Files.delete(other);
        }
    }

    /**
     * Returns the index that counts, in its place; empty where no backup was completed.
     *
     * @throws BackupException when it is not the one that was written
     */
    Optional<BackupIndex> complete() {
        if (!Files.exists(folder.resolve(INDEX_SUM))) {
            return Optional.empty();
        }
        BackupIndex index = index();
        try {
            // It may have been broken off between its two moves.
            if (isOfSum(INDEX + PART)) {
                move(INDEX);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("not written: folder=" + folder, e);
        }
        return Optional.of(index);
    }

    /**
     * Returns the index.
     *
     * @throws BackupException when there is none, or it is not the one that was written
     */
    BackupIndex index() {
        try {
            String expected = sum();
            byte[] json =
                    Files.readAllBytes(
                            folder.resolve(isOfSum(INDEX + PART) ? INDEX + PART : INDEX));
            String found = sha256(json);
            if (!expected.equals(found)) {
                throw damaged(INDEX, expected, found);
            }
            return BackupIndex.read(json);
        } catch (NoSuchFileException e) {
            throw new BackupException(
                    "no backup, or one that is not complete: missing=" + e.getFile());
        } catch (IOException e) {
            throw new UncheckedIOException("not readable: folder=" + folder, e);
        } catch (InvalidFieldsException e) {
            throw new BackupException("backup not readable: " + e.getMessage());
        }
    }

    private String sum() throws IOException {
        return Files.readString(folder.resolve(INDEX_SUM)).split(" ")[0].strip();
    }

    private boolean isOfSum(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) && sha256(Files.readAllBytes(file)).equals(sum());
    }

    /**
     * Reads a file and checks it.
     *
     * @throws BackupException naming the object when its content is not what was copied
     */
    void check(StoredCopy copy) {
        try (InputStream content = open(copy)) {
            Content found = copy(content, OutputStream.nullOutputStream());
            if (found.size() != copy.size() || !found.sha256().equals(copy.sha256())) {
                throw damaged(
                        copy.key(),
                        "%d bytes, sha256 %s".formatted(copy.size(), copy.sha256()),
                        "%d bytes, sha256 %s".formatted(found.size(), found.sha256()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("not readable: key=" + copy.key(), e);
        }
    }

    private static BackupException damaged(String what, String expected, String found) {
        return new BackupException(
                "backup damaged: key=%s, expected=%s, found=%s".formatted(what, expected, found));
    }

    /**
     * Opens a file; the caller closes the stream.
     *
     * @throws BackupException naming the object when it is missing
     */
    InputStream open(StoredCopy copy) throws IOException {
        try {
            return Files.newInputStream(file(copy.sha256()));
        } catch (NoSuchFileException e) {
            throw new BackupException(
                    "backup damaged: key=%s, missing=%s".formatted(copy.key(), e.getFile()));
        }
    }

    /** Returns a text that is the same for the same backup only. */
    String identity() {
        return sha256(index().toJson());
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
