package org.lexicographer.eval.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.zip.ZipEntries;
import org.lexicographer.eval.evaluator.UnusableInputException;

/**
 * The one folder with a dictionary in an uploaded zip, which may lie at any depth, or in a
 * repository of a hub; here until it is closed.
 *
 * <p>The zip is read by its central directory. Files that no format has are passed over, and the
 * files that are unpacked have the names that formats give them.
 */
public final class UploadedFolder implements AutoCloseable {

    private static final int MAX_ENTRIES = 1000;
    private static final long MAX_CONFIG_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 1 << 16;

    /** What a zip may have beside its contents. */
    private static final long DIRECTORY_BYTES = 16 << 20;

    private final TemporaryFolder target = TemporaryFolder.create();
    private final Path folder = target.path().resolve("folder");
    private final Map<String, String> entries = new LinkedHashMap<>();
    private String name = "";

    private UploadedFolder() {}

    /**
     * Takes a zip in and unpacks the dictionary's files.
     *
     * @param maxBytes the most that the zip may have and may unpack to, in all
     * @throws UnusableInputException when it is no zip, or not one of a dictionary
     * @throws TooLargeException when it has or unpacks to more
     */
    public static UploadedFolder unpack(InputStream zip, long maxBytes) {
        UploadedFolder folder = new UploadedFolder();
        boolean unpacked = false;
        try {
            folder.unpackFrom(folder.stored(zip, maxBytes), maxBytes);
            unpacked = true;
            return folder;
        } catch (DictionaryException e) {
            throw new UnusableInputException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("upload not readable", e);
        } finally {
            if (!unpacked) {
                folder.close();
            }
        }
    }

    /**
     * Takes in the files of a folder that lies elsewhere.
     *
     * @param name where it lies there, with slashes
     * @param files what the files of formats hold, by their paths in it
     * @param maxBytes the most that they may have, in all
     * @throws TooLargeException when they have more
     * @throws IOException when one cannot be read
     */
    static UploadedFolder copy(String name, Map<String, InputStream> files, long maxBytes)
            throws IOException {
        UploadedFolder folder = new UploadedFolder();
        boolean copied = false;
        try {
            folder.name = name;
            Files.createDirectory(folder.folder);
            long left = maxBytes;
            for (Map.Entry<String, InputStream> file : files.entrySet()) {
                Path target = folder.folder.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                copy(file.getValue(), target, left);
                left -= Files.size(target);
                checkConfig(file.getKey(), Files.size(target));
                folder.entries.put(file.getKey(), file.getKey());
            }
            copied = true;
            return folder;
        } finally {
            if (!copied) {
                folder.close();
            }
        }
    }

    /** The directory of a zip is its end, so that it must be here as a whole. */
    private Path stored(InputStream zip, long maxBytes) throws IOException {
        Path file = target.path().resolve("upload.zip");
        copy(zip, file, Math.min(Integer.MAX_VALUE, maxBytes + DIRECTORY_BYTES));
        return file;
    }

    static void copy(InputStream zip, Path file, long most) throws IOException {
        try (OutputStream out = create(file)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            long bytes = 0;
            for (int count = zip.read(chunk); count >= 0; count = zip.read(chunk)) {
                bytes += count;
                if (bytes > most) {
                    throw new TooLargeException("upload too large: most=%d bytes".formatted(most));
                }
                write(chunk, count, out, file);
            }
        }
    }

    private static OutputStream create(Path file) {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new NotWritableException(file, e);
        }
    }

    private static void write(byte[] chunk, int count, OutputStream out, Path file) {
        try {
            out.write(chunk, 0, count);
        } catch (IOException e) {
            throw new NotWritableException(file, e);
        }
    }

    /** What is read is here already: whatever fails, fails to be written. */
    private void unpackFrom(Path file, long maxBytes) {
        try {
            unpack(file, maxBytes);
        } catch (IOException e) {
            throw new NotWritableException(folder, e);
        }
    }

    private void unpack(Path file, long maxBytes) throws IOException {
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes =
                    channel.map(MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
            ZipEntries zip = ZipEntries.of(bytes, maxBytes);
            checkSizes(zip, maxBytes);
            choose(zip.names());
            Files.createDirectory(folder);
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                checkConfig(entry.getKey(), zip.size(entry.getValue()));
                Path target = folder.resolve(entry.getKey());
                Files.createDirectories(target.getParent());
                try (OutputStream out = Files.newOutputStream(target)) {
                    zip.writeTo(entry.getValue(), out);
                }
            }
        }
        Files.delete(file);
    }

    private static void checkSizes(ZipEntries zip, long maxBytes) {
        if (zip.names().size() > MAX_ENTRIES) {
            throw new TooLargeException("too many files in the zip: most=" + MAX_ENTRIES);
        }
        long bytes = 0;
        for (String entry : zip.names()) {
            long size = zip.size(entry);
            if (size > maxBytes - bytes) {
                throw new TooLargeException(
                        "zip unpacks to too much: most=%d bytes".formatted(maxBytes));
            }
            bytes += size;
        }
    }

    private void choose(Set<String> names) {
        SortedMap<String, List<String>> folders = FolderFormat.folders(names);
        if (folders.size() != 1) {
            throw new UnusableInputException(
                    "not one dictionary: expected=one folder with %s, found=%s"
                            .formatted(weightsFiles(), folders.keySet()));
        }
        name = folders.firstKey();
        folders.get(name)
                .forEach(file -> entries.put(file, name.isEmpty() ? file : name + "/" + file));
    }

    private static void checkConfig(String file, long size) {
        if (file.endsWith(".json") && size > MAX_CONFIG_BYTES) {
            throw new TooLargeException(
                    "config too large: most=%d bytes, file=%s".formatted(MAX_CONFIG_BYTES, file));
        }
    }

    private static Set<String> weightsFiles() {
        Set<String> names = new LinkedHashSet<>();
        for (FolderFormat format : FolderFormat.values()) {
            names.add(format.weightsFile());
        }
        return names;
    }

    /** Returns the folder, whose files have the paths that formats give them. */
    public Path path() {
        return folder;
    }

    /** Returns the name that the folder has in the zip, with those around it; empty at the top. */
    public String name() {
        return name;
    }

    /**
     * Returns the format to read the folder in.
     *
     * @param wanted what the user says it is, if anything
     * @throws UnusableInputException when it is not that
     */
    public FolderFormat format(Optional<FolderFormat> wanted) {
        FolderFormat format =
                wanted.or(() -> FolderFormat.recognise(entries.keySet())).orElseThrow();
        if (!entries.containsKey(format.weightsFile())) {
            throw new UnusableInputException(
                    "file missing: expected=%s, found=%s, format=%s"
                            .formatted(format.weightsFile(), entries.keySet(), format.text()));
        }
        return format;
    }

    /** Returns the file of a name, if the folder has it. */
    public Optional<Path> file(String file) {
        return entries.containsKey(file) ? Optional.of(folder.resolve(file)) : Optional.empty();
    }

    @Override
    public void close() {
        target.close();
    }
}
