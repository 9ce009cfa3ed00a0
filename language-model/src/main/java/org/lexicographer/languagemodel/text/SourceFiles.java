package org.lexicographer.languagemodel.text;

import static java.util.Objects.requireNonNull;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.source.FileContent;
import org.lexicographer.pipeline.source.SourceContent;
import org.lexicographer.pipeline.source.SourceOpener;
import org.lexicographer.pipeline.source.SourceUri;
import org.lexicographer.pipeline.source.SourceUri.HubPath;
import org.lexicographer.pipeline.source.SourceUri.LocalFile;
import org.lexicographer.pipeline.source.SourceUri.StoredObject;

/**
 * Opens objects of the store, and local files where they are allowed. An outage of the store is a
 * {@link RetryableObjectStoreException}.
 */
public final class SourceFiles implements SourceOpener {

    private final ObjectStore store;
    private final boolean localFilesAllowed;
    private final HubSources hub;

    /** Creates an opener; the store repeats by itself what may succeed later. */
    public SourceFiles(ObjectStore store, boolean localFilesAllowed) {
        this(store, localFilesAllowed, HubSources.none());
    }

    /** Creates an opener of a hub's files too, which are stored before they are opened. */
    public SourceFiles(ObjectStore store, boolean localFilesAllowed, HubSources hub) {
        this.store = requireNonNull(store, "store is null");
        this.localFilesAllowed = localFilesAllowed;
        this.hub = requireNonNull(hub, "hub is null");
    }

    @Override
    public InputStream open(SourceUri uri) throws IOException {
        return switch (uri) {
            case StoredObject object -> open(object);
            case HubPath path -> open(stored(path));
            case LocalFile file -> open(file);
        };
    }

    @Override
    public SourceContent openAt(SourceUri uri) throws IOException {
        return switch (uri) {
            case StoredObject object -> openAt(object);
            case HubPath path -> openAt(stored(path));
            case LocalFile file -> openAt(file);
        };
    }

    private SourceContent openAt(StoredObject object) throws IOException {
        ObjectStore bucket = store.inBucket(object.bucket());
        try {
            long length =
                    bucket.stat(object.key())
                            .map(ObjectStat::size)
                            .orElseThrow(
                                    () ->
                                            new ObjectNotFoundException(
                                                    object.bucket(), object.key(), null));
            return new ObjectContent(bucket, object.key(), length);
        } catch (ObjectNotFoundException | RefusedObjectStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private InputStream open(StoredObject object) throws IOException {
        try {
            return new Outages(store.inBucket(object.bucket()).get(object.key()));
        } catch (ObjectNotFoundException | RefusedObjectStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private StoredObject stored(HubPath path) throws IOException {
        try {
            return hub.file(path);
        } catch (RefusedObjectStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private InputStream open(LocalFile file) throws IOException {
        return opened(file, Files::newInputStream);
    }

    private SourceContent openAt(LocalFile file) throws IOException {
        return opened(file, FileContent::of);
    }

    /** Opens a path. */
    private interface PathOpener<T> {
        T open(Path path) throws IOException;
    }

    private <T> T opened(LocalFile file, PathOpener<T> opener) throws IOException {
        checkAllowed(file, localFilesAllowed);
        try {
            return opener.open(file.path());
        } catch (NoSuchFileException e) {
            throw new IOException("no such file: file=" + file.path(), e);
        } catch (IOException e) {
            throw new IOException("file not readable: reason=" + e, e);
        }
    }

    /** Returns the address if its file may be read: a local file only where that is allowed. */
    public static SourceUri check(SourceUri uri, boolean localFilesAllowed) {
        if (uri instanceof LocalFile && !localFilesAllowed) {
            throw new BrokenRuleException(
                    "local files are not allowed here", "s3://bucket/key", uri);
        }
        return uri;
    }

    private static void checkAllowed(LocalFile file, boolean localFilesAllowed) throws IOException {
        try {
            check(file, localFilesAllowed);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The content of an object; an outage that broke it off is thrown as what it is. */
    private static final class Outages extends FilterInputStream {

        Outages(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    if (cause instanceof RetryableObjectStoreException outage) {
                        throw outage;
                    }
                }
                throw e;
            }
        }
    }
}
