package org.lexicographer.eval.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.SaeLensSparsity;
import org.lexicographer.eval.evaluator.UnusableInputException;

/**
 * The one folder with a dictionary in an uploaded zip, which may lie at any depth; unpacked until
 * it is closed.
 *
 * <p>Files that no format has are read past. No name from the zip becomes the name of a file here.
 */
public final class UploadedFolder implements AutoCloseable {

    private static final int MAX_ENTRIES = 1000;
    private static final long MAX_CONFIG_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final Set<String> WANTED = wanted();

    private final TemporaryFolder target = TemporaryFolder.create();
    private final Map<String, Set<String>> filesByFolder = new LinkedHashMap<>();
    private final long maxBytes;
    private long bytes;
    private Path folder;
    private Set<String> files = Set.of();

    private UploadedFolder(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    private static Set<String> wanted() {
        Set<String> names = new TreeSet<>();
        Arrays.stream(FolderFormat.values()).map(FolderFormat::files).forEach(names::addAll);
        names.add(SaeLensSparsity.FILE);
        return names;
    }

    /**
     * Unpacks a zip as it arrives.
     *
     * @param maxBytes the most that it may unpack to, in all
     * @throws UnusableInputException when it is no zip, or not one of a dictionary
     * @throws TooLargeException when it unpacks to more
     */
    public static UploadedFolder unpack(InputStream zip, long maxBytes) {
        UploadedFolder folder = new UploadedFolder(maxBytes);
        boolean unpacked = false;
        try {
            folder.unpackAll(new ZipInputStream(zip));
            folder.choose();
            unpacked = true;
            return folder;
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw new UnusableInputException("zip not readable: reason=" + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("upload not readable", e);
        } finally {
            if (!unpacked) {
                folder.close();
            }
        }
    }

    private void unpackAll(ZipInputStream zip) throws IOException {
        int entries = 0;
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (++entries > MAX_ENTRIES) {
                throw new TooLargeException("too many files in the zip: most=" + MAX_ENTRIES);
            }
            checkName(entry.getName());
            unpack(zip, entry);
        }
        if (entries == 0) {
            throw new UnusableInputException("no zip, or an empty one");
        }
    }

    private static void checkName(String name) {
        boolean leadsOut =
                name.startsWith("/")
                        || name.indexOf('\\') >= 0
                        || name.indexOf(':') >= 0
                        || List.of(name.split("/", -1)).contains("..");
        if (leadsOut) {
            throw new UnusableInputException("zip entry leads out of its folder: entry=" + name);
        }
    }

    private void unpack(ZipInputStream zip, ZipEntry entry) throws IOException {
        int slash = entry.getName().lastIndexOf('/');
        String parent = entry.getName().substring(0, slash + 1);
        String name = entry.getName().substring(slash + 1);
        if (!WANTED.contains(name)) {
            copy(zip, OutputStream.nullOutputStream());
            return;
        }
        filesByFolder.computeIfAbsent(parent, _ -> new LinkedHashSet<>()).add(name);
        Path file = Files.createDirectories(path(parent)).resolve(name);
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            copy(zip, out);
        } catch (FileAlreadyExistsException e) {
            throw new UnusableInputException("two zip entries named: entry=" + entry.getName(), e);
        }
    }

    private Path path(String parent) {
        int number = List.copyOf(filesByFolder.keySet()).indexOf(parent);
        return target.path().resolve(Integer.toString(number));
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            bytes += count;
            if (bytes > maxBytes) {
                throw new TooLargeException(
                        "zip unpacks to too much: most=%d bytes".formatted(maxBytes));
            }
            out.write(chunk, 0, count);
        }
    }

    private void choose() throws IOException {
        List<String> candidates =
                filesByFolder.keySet().stream()
                        .filter(it -> FolderFormat.recognise(filesByFolder.get(it)).isPresent())
                        .toList();
        if (candidates.size() != 1) {
            throw new UnusableInputException(
                    "not one dictionary: expected=one folder with %s, found=%s"
                            .formatted(weightsFiles(), candidates));
        }
        folder = path(candidates.getFirst());
        files = filesByFolder.get(candidates.getFirst());
        for (String name : files) {
            boolean isConfig = name.endsWith(".json");
            if (isConfig && Files.size(folder.resolve(name)) > MAX_CONFIG_BYTES) {
                throw new TooLargeException(
                        "config too large: most=%d bytes, file=%s"
                                .formatted(MAX_CONFIG_BYTES, name));
            }
        }
    }

    private static Set<String> weightsFiles() {
        Set<String> names = new LinkedHashSet<>();
        for (FolderFormat format : FolderFormat.values()) {
            names.add(format.weightsFile());
        }
        return names;
    }

    /** Returns the folder, whose files have the names that formats give them. */
    public Path path() {
        return folder;
    }

    /**
     * Returns the format to read the folder in.
     *
     * @param wanted what the user says it is, if anything
     * @throws UnusableInputException when it is not that
     */
    public FolderFormat format(Optional<FolderFormat> wanted) {
        FolderFormat format = wanted.or(() -> FolderFormat.recognise(files)).orElseThrow();
        if (!files.contains(format.weightsFile())) {
            throw new UnusableInputException(
                    "file missing: expected=%s, found=%s, format=%s"
                            .formatted(format.weightsFile(), files, format.text()));
        }
        return format;
    }

    /** Returns the file of a name, if the folder has it. */
    public Optional<Path> file(String name) {
        return files.contains(name) ? Optional.of(folder.resolve(name)) : Optional.empty();
    }

    @Override
    public void close() {
        target.close();
    }
}
