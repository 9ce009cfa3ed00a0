package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/**
 * Finds the folder of a language model on this machine, fetching it from the object store when it
 * is not here yet.
 *
 * <p>Content decides, never the address: a fetched folder is named after its files' names, sizes
 * and entity tags, one of this machine after their digests. So a model that was replaced in place
 * is another folder, or the same folder with another {@link ModelFolder#content}. Safe for use by
 * several threads.
 */
public final class ModelFolders {

    /** What a model is made of; subfolders and other formats of the weights are left out. */
    private static final Pattern MODEL_FILE =
            Pattern.compile("[^/\\\\]+\\.(json|safetensors|txt|model)");

    private final ObjectStore objects;
    private final ModelCache cache;
    private final boolean localFilesAllowed;
    private final LocalDigests digests = new LocalDigests(MODEL_FILE);

    /**
     * Creates the finder.
     *
     * @param objects any bucket of the store
     * @param cacheFolder where fetched folders are kept; several processes may share it
     * @param localFilesAllowed whether {@code file:} addresses may be read
     */
    public ModelFolders(ObjectStore objects, Path cacheFolder, boolean localFilesAllowed) {
        this.objects = requireNonNull(objects, "objects is null");
        this.cache = new ModelCache(cacheFolder);
        this.localFilesAllowed = localFilesAllowed;
    }

    /**
     * Returns the folder of a model.
     *
     * @param uri {@code s3://bucket/prefix/} or {@code file:/folder}
     * @throws InvalidModelException when there is no model, or it may not be read
     * @throws ModelOutageException when this machine can't keep it, or it changes while it is read
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is away
     */
    public ModelFolder find(String uri) {
        return switch (ModelAddress.parse(uri)) {
            case StoredObject prefix -> fetched(prefix);
            case LocalFile folder -> local(ModelAddress.local(folder, localFilesAllowed, uri));
        };
    }

    private ModelFolder local(Path folder) {
        return new ModelFolder(folder, digests.of(folder));
    }

    /** Removes what fetches of processes that were killed have left; no other process's work. */
    public void removeLeftovers() {
        cache.removeLeftovers();
    }

    private ModelFolder fetched(StoredObject prefix) {
        try {
            ObjectStore bucket = objects.inBucket(prefix.bucket());
            List<ObjectStat> files = modelFiles(bucket, prefix.key());
            if (files.isEmpty()) {
                throw new InvalidModelException("no such language model: uri=" + prefix);
            }
            Path folder = cache.folder(files);
            if (!cache.isWhole(folder, files)) {
                fetch(bucket, prefix, files);
            }
            return new ModelFolder(folder, folder.getFileName().toString());
        } catch (ObjectNotFoundException | RefusedObjectStoreException e) {
            throw new InvalidModelException(
                    "language model not readable: uri=%s, reason=%s"
                            .formatted(prefix, e.getMessage()),
                    e);
        }
    }

    private void fetch(ObjectStore bucket, StoredObject prefix, List<ObjectStat> files) {
        try {
            cache.fetch(bucket, files, () -> requireUnchanged(bucket, prefix, files));
        } catch (IOException e) {
            throw new ModelOutageException(
                    "language model not kept: reason=%s, uri=%s, cache=%s"
                            .formatted(e, prefix, cache.folder(files)),
                    e);
        }
    }

    /** The files must be those of one moment. */
    private static void requireUnchanged(
            ObjectStore bucket, StoredObject prefix, List<ObjectStat> files) {
        if (!modelFiles(bucket, prefix.key()).equals(files)) {
            throw new ModelOutageException(
                    "language model changed while it was fetched: uri=" + prefix);
        }
    }

    private static List<ObjectStat> modelFiles(ObjectStore bucket, String prefix) {
        try (Stream<ObjectStat> listed = bucket.list(prefix)) {
            return listed.filter(file -> isModelFile(file.key().substring(prefix.length())))
                    .toList();
        }
    }

    private static boolean isModelFile(String name) {
        return MODEL_FILE.matcher(name).matches();
    }
}
