package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/**
 * Finds the folder of a language model on this machine, fetching it from the object store when it
 * is not here yet.
 *
 * <p>{@linkplain ModelContents Content} decides, never the address: a model that was replaced in
 * place is another folder, or the same folder with another {@link ModelFolder#content}. Safe for
 * use by several threads.
 */
public final class ModelFolders {

    private final ObjectStore objects;
    private final ModelCache cache;
    private final ModelContents contents;

    /**
     * Creates the finder.
     *
     * @param objects any bucket of the store
     * @param cacheFolder where fetched folders are kept; several processes may share it
     * @param localFilesAllowed whether {@code file:} addresses may be read
     */
    public ModelFolders(ObjectStore objects, Path cacheFolder, boolean localFilesAllowed) {
        this(objects, cacheFolder, localFilesAllowed, HubSources.none());
    }

    /** As {@link #ModelFolders(ObjectStore, Path, boolean)}, with models of a hub. */
    public ModelFolders(
            ObjectStore objects, Path cacheFolder, boolean localFilesAllowed, HubSources hub) {
        this(objects, cacheFolder, localFilesAllowed, hub, CacheLimit.none());
    }

    /** As the others, with a limit to what fetched folders take. */
    public ModelFolders(
            ObjectStore objects,
            Path cacheFolder,
            boolean localFilesAllowed,
            HubSources hub,
            CacheLimit limit) {
        this.objects = requireNonNull(objects, "objects is null");
        this.cache = new ModelCache(cacheFolder, limit);
        this.contents = new ModelContents(objects, localFilesAllowed, hub);
    }

    /**
     * Returns the folder of a model.
     *
     * @param uri {@code s3://bucket/prefix/}, {@code hf://owner/name@commit} or {@code
     *     file:/folder}
     * @throws InvalidModelException when there is no model, or it may not be read
     * @throws ModelOutageException when this machine can't keep it, or it changes while it is read
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is away
     */
    public ModelFolder find(String uri) {
        return switch (ModelAddress.parse(uri)) {
            case StoredObject prefix -> fetched(prefix);
            case HubPath path -> fetched(contents.stored(path));
            case LocalFile folder -> contents.local(folder, uri);
        };
    }

    /** Removes what fetches of processes that were killed have left; no other process's work. */
    public void removeLeftovers() {
        cache.removeLeftovers();
    }

    private ModelFolder fetched(StoredObject prefix) {
        List<ObjectStat> files = contents.files(prefix);
        Path folder = cache.folder(files);
        if (!cache.isWhole(folder, files)) {
            fetch(prefix, files);
        }
        cache.used(folder);
        return new ModelFolder(folder, ModelContents.digest(files));
    }

    private void fetch(StoredObject prefix, List<ObjectStat> files) {
        try {
            cache.fetch(
                    objects.inBucket(prefix.bucket()),
                    files,
                    () -> requireUnchanged(prefix, files));
        } catch (ObjectNotFoundException | RefusedObjectStoreException e) {
            throw ModelContents.notReadable(prefix, e);
        } catch (IOException e) {
            throw new ModelOutageException(
                    "language model not kept: reason=%s, uri=%s, cache=%s"
                            .formatted(e, prefix, cache.folder(files)),
                    e);
        }
    }

    /** The files must be those of one moment. */
    private void requireUnchanged(StoredObject prefix, List<ObjectStat> files) {
        if (!contents.files(prefix).equals(files)) {
            throw new ModelOutageException(
                    "language model changed while it was fetched: uri=" + prefix);
        }
    }
}
