package org.lexicographer.languagemodel.folder;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/**
 * Tells language models apart by their content, wherever it lies: a stored model by its files'
 * names, sizes and entity tags, one of this machine by their digests. Safe for use by several
 * threads.
 */
public final class ModelContents {

    /** What a model is made of; subfolders and other formats of the weights are left out. */
    private static final Pattern MODEL_FILE =
            Pattern.compile("[^/\\\\]+\\.(json|safetensors|txt|model)");

    private final ObjectStore objects;
    private final boolean localFilesAllowed;
    private final HubSources hub;
    private final LocalDigests digests = new LocalDigests(MODEL_FILE);

    /**
     * Tells models apart.
     *
     * @param objects any bucket of the store
     * @param localFilesAllowed whether {@code file:} addresses may be read
     */
    public ModelContents(ObjectStore objects, boolean localFilesAllowed) {
        this(objects, localFilesAllowed, HubSources.none());
    }

    /** As {@link #ModelContents(ObjectStore, boolean)}, with models of a hub. */
    public ModelContents(ObjectStore objects, boolean localFilesAllowed, HubSources hub) {
        this.objects = requireNonNull(objects, "objects is null");
        this.localFilesAllowed = localFilesAllowed;
        this.hub = requireNonNull(hub, "hub is null");
    }

    /**
     * Returns a digest of what lies at an address now, without fetching it from the store: the same
     * for the same model only.
     *
     * @param uri {@code s3://bucket/prefix/}, {@code hf://owner/name@commit} or {@code
     *     file:/folder}
     * @throws InvalidModelException when there is no model, or it may not be read
     * @throws ModelOutageException when it changes while it is read
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is away
     */
    public String of(String uri) {
        return switch (ModelAddress.parse(uri)) {
            case StoredObject prefix -> digest(files(prefix));
            case HubPath path -> digest(files(stored(path)));
            case LocalFile folder -> local(folder, uri).content();
        };
    }

    /** Returns where in the store a model of the hub lies. */
    StoredObject stored(HubPath path) {
        try {
            return hub.model(path);
        } catch (RefusedObjectStoreException e) {
            throw new InvalidModelException(
                    "language model not readable: uri=%s, reason=%s"
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    ModelFolder local(LocalFile folder, String uri) {
        var path = ModelAddress.local(folder, localFilesAllowed, uri);
        return new ModelFolder(path, digests.of(path));
    }

    /** Returns the model's files in the store, of which there is at least one. */
    List<ObjectStat> files(StoredObject prefix) {
        try (Stream<ObjectStat> listed = objects.inBucket(prefix.bucket()).list(prefix.key())) {
            List<ObjectStat> files =
                    listed.filter(file -> isModelFile(file.key().substring(prefix.key().length())))
                            .toList();
            if (files.isEmpty()) {
                throw new InvalidModelException("no such language model: uri=" + prefix);
            }
            return files;
        } catch (ObjectNotFoundException | RefusedObjectStoreException e) {
            throw notReadable(prefix, e);
        }
    }

    static InvalidModelException notReadable(StoredObject prefix, RuntimeException e) {
        return new InvalidModelException(
                "language model not readable: uri=%s, reason=%s".formatted(prefix, e.getMessage()),
                e);
    }

    private static boolean isModelFile(String name) {
        return MODEL_FILE.matcher(name).matches();
    }

    static String digest(List<ObjectStat> files) {
        ContentDigest digest = new ContentDigest();
        for (ObjectStat file : files) {
            digest.add(fileName(file)).add(Long.toString(file.size())).add(file.etag());
        }
        return digest.text();
    }

    static String fileName(ObjectStat file) {
        return file.key().substring(file.key().lastIndexOf('/') + 1);
    }
}
