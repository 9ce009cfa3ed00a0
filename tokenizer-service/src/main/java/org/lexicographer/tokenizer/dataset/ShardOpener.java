package org.lexicographer.tokenizer.dataset;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectUri;
import org.lexicographer.objectstore.RefusedObjectStoreException;

/** Opens the file behind an address: an object of the store, or a local file where allowed. */
public final class ShardOpener {

    private final ObjectStore store;
    private final boolean localFilesAllowed;

    /** Creates an opener; the store repeats by itself what may succeed later. */
    public ShardOpener(ObjectStore store, boolean localFilesAllowed) {
        this.store = requireNonNull(store, "store is null");
        this.localFilesAllowed = localFilesAllowed;
    }

    /**
     * Opens the file as it is stored; the caller closes the stream.
     *
     * @throws UnreadableShardException when there is no such file or it may not be read
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is out of
     *     reach
     */
    public InputStream open(String uri) {
        return ObjectUri.isObjectUri(uri) ? openObject(uri) : openLocalFile(uri);
    }

    private InputStream openObject(String uri) {
        try {
            ObjectUri address = ObjectUri.parse(uri);
            return store.inBucket(address.bucket()).get(address.key());
        } catch (IllegalArgumentException
                | ObjectNotFoundException
                | RefusedObjectStoreException e) {
            throw new UnreadableShardException(e.getMessage(), e);
        }
    }

    private InputStream openLocalFile(String uri) {
        if (!localFilesAllowed) {
            throw new UnreadableShardException(
                    "local files are not allowed here: expected=s3://bucket/key, found=" + uri,
                    null);
        }
        try {
            return Files.newInputStream(Path.of(URI.create(uri)));
        } catch (IllegalArgumentException | IOException e) {
            throw new UnreadableShardException(
                    "file not readable: uri=%s, reason=%s".formatted(uri, e), e);
        }
    }
}
