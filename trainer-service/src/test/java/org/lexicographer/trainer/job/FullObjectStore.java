package org.lexicographer.trainer.job;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/**
 * An object store that can be full: it then reads and deletes, and refuses to write. A write can
 * also end in an error of the JVM.
 */
final class FullObjectStore implements ObjectStore {

    private final ObjectStore store;
    private volatile boolean full;
    private final AtomicReference<Error> next = new AtomicReference<>();
    private final List<String> streamed = new CopyOnWriteArrayList<>();

    FullObjectStore(ObjectStore store) {
        this.store = store;
    }

    void setFull(boolean isFull) {
        full = isFull;
    }

    void breakNextWrite(Error error) {
        next.set(error);
    }

    /**
     * Returns the keys whose content came from a stream rather than an array, as often as it did.
     */
    List<String> streamed() {
        return List.copyOf(streamed);
    }

    private void requireSpace(String key) {
        Error error = next.getAndSet(null);
        if (error != null) {
            throw error;
        }
        if (full) {
            throw new RetryableObjectStoreException(
                    "put failed: status=507, code=XMinioStorageFull, key=" + key, null);
        }
    }

    @Override
    public Optional<ObjectStat> stat(String key) {
        return store.stat(key);
    }

    @Override
    public InputStream get(String key) {
        return store.get(key);
    }

    @Override
    public InputStream get(String key, long offset, long length) {
        return store.get(key, offset, length);
    }

    @Override
    public byte[] bytes(String key) {
        return store.bytes(key);
    }

    @Override
    public ObjectStat put(String key, byte[] content) {
        requireSpace(key);
        return store.put(key, content);
    }

    @Override
    public ObjectStat put(String key, InputStream content, long size) {
        requireSpace(key);
        streamed.add(key);
        return store.put(key, content, size);
    }

    @Override
    public Optional<ObjectStat> putIfAbsent(String key, byte[] content) {
        requireSpace(key);
        return store.putIfAbsent(key, content);
    }

    @Override
    public Optional<ObjectStat> putIfMatch(String key, String etag, byte[] content) {
        requireSpace(key);
        return store.putIfMatch(key, etag, content);
    }

    @Override
    public Stream<ObjectStat> list(String prefix) {
        return store.list(prefix);
    }

    @Override
    public void delete(String key) {
        store.delete(key);
    }

    @Override
    public void deleteAll(Collection<String> keys) {
        store.deleteAll(keys);
    }

    @Override
    public ObjectStore inBucket(String bucket) {
        return store.inBucket(bucket);
    }

    @Override
    public String bucket() {
        return store.bucket();
    }

    @Override
    public void ensureBucket() {
        store.ensureBucket();
    }
}
