package org.lexicographer.activation.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectUri;
import org.lexicographer.objectstore.RefusedObjectStoreException;

/**
 * Finds the folder of a language model on this machine, fetching it from the object store when it
 * is not here yet.
 *
 * <p>A fetched folder is named after its files' names, sizes and entity tags: a model that changed
 * in the store is another folder. It appears whole or not at all, and a file of the wrong size is
 * fetched again.
 */
public final class ModelFolders {

    private final ObjectStore objects;
    private final Path cacheFolder;
    private final boolean localFilesAllowed;

    /**
     * Creates the finder.
     *
     * @param objects any bucket of the store
     * @param cacheFolder where fetched folders are kept; several processes may share it
     * @param localFilesAllowed whether {@code file:} addresses may be read
     */
    public ModelFolders(ObjectStore objects, Path cacheFolder, boolean localFilesAllowed) {
        this.objects = requireNonNull(objects, "objects is null");
        this.cacheFolder = requireNonNull(cacheFolder, "cacheFolder is null");
        this.localFilesAllowed = localFilesAllowed;
    }

    /**
     * Returns the folder of a model.
     *
     * @param uri {@code s3://bucket/prefix/} or {@code file:/folder}
     * @throws UnusableRunException when there is no model, or it may not be read
     */
    public Path find(String uri) {
        try {
            return ObjectUri.isObjectUri(uri) ? fetched(uri) : local(uri);
        } catch (ObjectNotFoundException
                | RefusedObjectStoreException
                | IllegalArgumentException e) {
            throw new UnusableRunException(
                    "language model not readable: uri=%s, reason=%s".formatted(uri, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cache folder not writable: " + cacheFolder, e);
        }
    }

    private Path local(String uri) {
        if (!localFilesAllowed) {
            throw new UnusableRunException(
                    "local language models are not allowed here: local-files.allowed=false, uri="
                            + uri);
        }
        Path folder = Path.of(URI.create(uri));
        if (!Files.isDirectory(folder)) {
            throw new UnusableRunException("no such language model: uri=" + uri);
        }
        return folder;
    }

    private Path fetched(String uri) throws IOException {
        ObjectUri address = ObjectUri.parse(uri.endsWith("/") ? uri : uri + "/");
        ObjectStore bucket = objects.inBucket(address.bucket());
        List<ObjectStat> files = modelFiles(bucket, address.key());
        if (files.isEmpty()) {
            throw new UnusableRunException("no such language model: uri=" + uri);
        }
        Path folder = cacheFolder.resolve(folderName(uri, files));
        if (!isWhole(folder, files)) {
            fetch(bucket, files, folder);
        }
        return folder;
    }

    private static List<ObjectStat> modelFiles(ObjectStore bucket, String prefix) {
        try (Stream<ObjectStat> listed = bucket.list(prefix)) {
            return listed.filter(file -> isModelFile(file.key().substring(prefix.length())))
                    .toList();
        }
    }

    private static boolean isModelFile(String name) {
        return name.matches("[^/\\\\]+\\.(json|safetensors)");
    }

    private static String fileName(ObjectStat file) {
        return file.key().substring(file.key().lastIndexOf('/') + 1);
    }

    private static String folderName(String uri, List<ObjectStat> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(uri.getBytes(StandardCharsets.UTF_8));
            files.forEach(file -> digest.update(("\n" + file).getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static boolean isWhole(Path folder, List<ObjectStat> files) throws IOException {
        for (ObjectStat file : files) {
            Path here = folder.resolve(fileName(file));
            if (!Files.isRegularFile(here) || Files.size(here) != file.size()) {
                return false;
            }
        }
        return true;
    }

    /** Fetches into a folder beside the final one and renames, so that nobody sees half of it. */
    private void fetch(ObjectStore bucket, List<ObjectStat> files, Path folder) throws IOException {
        Path unfinished = cacheFolder.resolve(folder.getFileName() + "." + UUID.randomUUID());
        Files.createDirectories(unfinished);
        try {
            for (ObjectStat file : files) {
                fetch(bucket, file, unfinished.resolve(fileName(file)));
            }
            replace(folder, unfinished, files);
        } finally {
            deleteFolder(unfinished);
        }
    }

    private static void replace(Path folder, Path unfinished, List<ObjectStat> files)
            throws IOException {
        try {
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // If another process was faster, its copy is as good.
            if (!isWhole(folder, files)) {
                deleteFolder(folder);
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static void fetch(ObjectStore bucket, ObjectStat file, Path target) throws IOException {
        try (InputStream content = bucket.get(file.key())) {
            long size = Files.copy(content, target);
            if (size != file.size()) {
                throw new IOException(
                        "object changed while it was read: expected=%d, found=%d, key=%s"
                                .formatted(file.size(), size, file.key()));
            }
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
