package org.lexicographer.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Named byte objects, immutable by convention, in one bucket of an S3 store.
 *
 * <p>Every method may throw {@link ObjectStoreException}; its subtypes tell the caller what to do
 * next. Implementations are safe for use by several threads.
 */
public interface ObjectStore {

    /** Returns size and entity tag of the object, or empty when there is none. */
    Optional<ObjectStat> stat(String key);

    /**
     * Opens the whole object for reading; the caller closes the stream.
     *
     * @throws ObjectNotFoundException when there is no such object
     */
    InputStream get(String key);

    /**
     * Opens {@code length} bytes from {@code offset} on for reading; the caller closes the stream.
     * A range that ends beyond the object is cut at the object's end, and one that begins there is
     * empty.
     *
     * @throws ObjectNotFoundException when there is no such object
     * @throws IndexOutOfBoundsException when offset or length is negative
     */
    InputStream get(String key, long offset, long length);

    /**
     * Reads the whole object into memory.
     *
     * @throws ObjectNotFoundException when there is no such object
     */
    byte[] bytes(String key);

    /**
     * Reads a range into memory; as {@link #get(String, long, long)}.
     *
     * @throws ObjectNotFoundException when there is no such object
     */
    default byte[] bytes(String key, long offset, long length) {
        try (InputStream content = get(key, offset, length)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new RetryableObjectStoreException(
                    "not read: reason=%s, key=%s".formatted(e, key), e);
        }
    }

    /** Stores the bytes under the key, replacing what was there. */
    ObjectStat put(String key, byte[] content);

    /**
     * Stores everything that the stream yields, replacing what was there; objects of many GiB are
     * uploaded in parts and never held in memory. When the stream fails, no object appears. The
     * stream is not closed.
     *
     * @param size the number of bytes, or -1 when unknown
     * @throws UncheckedIOException when the stream cannot be read, or yields more or fewer bytes
     *     than it should
     */
    ObjectStat put(String key, InputStream content, long size);

    /**
     * Stores the bytes of a file, as {@link #put(String, InputStream, long)} does.
     *
     * @throws UncheckedIOException naming the file when it cannot be read
     */
    default ObjectStat put(String key, Path file) {
        return put(key, UploadSource.of(file));
    }

    /**
     * Stores the bytes of a source, as {@link #put(String, InputStream, long)} does.
     *
     * @throws UncheckedIOException naming the source when it cannot be read
     */
    default ObjectStat put(String key, UploadSource source) {
        try (InputStream content = source.open()) {
            return put(key, content, source.size());
        } catch (IOException e) {
            throw unreadable(source, e);
        } catch (UncheckedIOException e) {
            throw unreadable(source, e.getCause());
        }
    }

    private static UncheckedIOException unreadable(UploadSource source, IOException cause) {
        return new UncheckedIOException(
                "content cannot be read: %s, reason=%s".formatted(source, cause), cause);
    }

    /** Stores the bytes if the key is free; empty when somebody else was first. */
    Optional<ObjectStat> putIfAbsent(String key, byte[] content);

    /** Replaces the object if its entity tag is still {@code etag}; empty when it is not. */
    Optional<ObjectStat> putIfMatch(String key, String etag, byte[] content);

    /** Lists the objects whose keys begin with the prefix, in lexicographic order of the keys. */
    Stream<ObjectStat> list(String prefix);

    /** Removes the object; nothing happens when there is none. */
    void delete(String key);

    /** Removes the objects, one by one or many at once; keys without an object are passed over. */
    default void deleteAll(Collection<String> keys) {
        List.copyOf(keys).forEach(this::delete);
    }

    /** Returns the store of another bucket at the same endpoint. */
    ObjectStore inBucket(String bucket);

    /** Returns the name of this store's bucket. */
    String bucket();

    /** Creates the bucket when it is missing. */
    void ensureBucket();
}
