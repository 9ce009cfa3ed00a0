package org.lexicographer.eval.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectUri;
import org.lexicographer.objectstore.RefusedObjectStoreException;

/**
 * Finds language model folders on this machine, copying them from the object store when they are
 * not here yet. A copy is named by the names and entity tags of its files, so that a folder that
 * has changed is copied again and a copy never changes.
 */
public final class ModelFolders {

    private static final Set<String> WANTED = Set.of("json", "safetensors", "txt", "model");

    private final ObjectStore store;
    private final Path cache;
    private final boolean localFilesAllowed;

    /**
     * Creates the finder.
     *
     * @param cache where copies are kept
     * @param localFilesAllowed whether {@code file:} folders may be used where they are
     */
    public ModelFolders(ObjectStore store, Path cache, boolean localFilesAllowed) {
        this.store = store;
        this.cache = cache;
        this.localFilesAllowed = localFilesAllowed;
    }

    /**
     * Returns the folder on this machine.
     *
     * @param uri {@code s3://bucket/prefix/} or {@code file:/folder}
     * @throws UnusableInputException when there is no such folder or it may not be read
     */
    public Path find(String uri) {
        if (uri.startsWith("file:")) {
            return local(uri);
        }
        try {
            return copy(ObjectUri.parse(uri.endsWith("/") ? uri : uri + "/"));
        } catch (IllegalArgumentException
                | ObjectNotFoundException
                | RefusedObjectStoreException e) {
            throw new UnusableInputException(
                    "language model not readable: %s, uri=%s".formatted(e.getMessage(), uri), e);
        } catch (IOException e) {
            throw new UncheckedIOException("model cache not writable: folder=" + cache, e);
        }
    }

    private Path local(String uri) {
        if (!localFilesAllowed) {
            throw new UnusableInputException("local files not allowed: uri=" + uri);
        }
        Path folder = Path.of(URI.create(uri));
        if (!Files.isDirectory(folder)) {
            throw new UnusableInputException("language model not readable: no folder, uri=" + uri);
        }
        return folder;
    }

    private Path copy(ObjectUri uri) throws IOException {
        ObjectStore source = store.inBucket(uri.bucket());
        List<ObjectStat> files = files(source, uri.key());
        if (files.isEmpty()) {
            throw new UnusableInputException("language model not readable: no files, uri=" + uri);
        }
        Path folder = cache.resolve(digest(uri, files));
        if (!Files.isDirectory(folder)) {
            download(source, uri.key(), files, folder);
        }
        return folder;
    }

    private static List<ObjectStat> files(ObjectStore source, String prefix) {
        try (Stream<ObjectStat> listing = source.list(prefix)) {
            return listing.filter(stat -> isWanted(stat.key().substring(prefix.length()))).toList();
        }
    }

    private static boolean isWanted(String name) {
        return name.indexOf('/') < 0 && WANTED.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private static String digest(ObjectUri uri, List<ObjectStat> files) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(uri.toString().getBytes(StandardCharsets.UTF_8));
            for (ObjectStat file : files) {
                sha.update(("\n" + file).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Copies beside the final place and renames, so that a folder is whole or absent. */
    private void download(ObjectStore source, String prefix, List<ObjectStat> files, Path folder)
            throws IOException {
        Files.createDirectories(cache);
        Path part = Files.createTempDirectory(cache, "part-");
        for (ObjectStat file : files) {
            try (InputStream content = source.get(file.key())) {
                Files.copy(content, part.resolve(file.key().substring(prefix.length())));
            }
        }
        try {
            Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException e) {
            // Another process may have been faster; its copy is as good.
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }
}
