package org.lexicographer.objectstore.retry;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.UploadSource;

/**
 * An {@link ObjectStore} that waits for another one to recover: what fails with {@link
 * RetryableObjectStoreException} is repeated, and thrown only when the deadline has passed.
 *
 * <p>Streams and listings continue where they broke off. A conditional write that is repeated and
 * then refused has succeeded if the object's content is what was to be written: the first answer
 * was lost on its way. An upload from a source opens it anew each time; one from a stream is not
 * repeated, because the stream has been read.
 */
public final class RetryingObjectStore implements ObjectStore {

    /** More than the largest object of any store, and no range ends beyond a signed long. */
    private static final long LARGEST_OBJECT_BYTES = 1L << 52;

    private final ObjectStore store;
    private final Retry retry;

    private RetryingObjectStore(ObjectStore store, Retry retry) {
        this.store = requireNonNull(store, "store is null");
        this.retry = retry;
    }

    /** Returns the store, with failing requests repeated as the policy says. */
    public static ObjectStore wrap(ObjectStore store, RetryPolicy policy) {
        return wrap(store, policy, RetryClock.system());
    }

    /** As {@link #wrap(ObjectStore, RetryPolicy)}, in the time of that clock. */
    public static ObjectStore wrap(ObjectStore store, RetryPolicy policy, RetryClock clock) {
        return new RetryingObjectStore(store, new Retry(policy, clock));
    }

    @Override
    public Optional<ObjectStat> stat(String key) {
        return retry.call(() -> store.stat(key));
    }

    @Override
    public InputStream get(String key) {
        return new ResumingInputStream(
                retry,
                read -> read == 0 ? store.get(key) : store.get(key, read, LARGEST_OBJECT_BYTES));
    }

    @Override
    public InputStream get(String key, long offset, long length) {
        return new ResumingInputStream(retry, read -> store.get(key, offset + read, length - read));
    }

    @Override
    public byte[] bytes(String key) {
        return retry.call(() -> store.bytes(key));
    }

    @Override
    public ObjectStat put(String key, byte[] content) {
        return retry.call(() -> store.put(key, content));
    }

    @Override
    public ObjectStat put(String key, InputStream content, long size) {
        return store.put(key, content, size);
    }

    @Override
    public ObjectStat put(String key, UploadSource source) {
        return retry.call(() -> store.put(key, source));
    }

    @Override
    public Optional<ObjectStat> putIfAbsent(String key, byte[] content) {
        return retry.call(
                attempt ->
                        store.putIfAbsent(key, content)
                                .or(() -> earlierWrite(attempt, key, content)));
    }

    @Override
    public Optional<ObjectStat> putIfMatch(String key, String etag, byte[] content) {
        return retry.call(
                attempt ->
                        store.putIfMatch(key, etag, content)
                                .or(() -> earlierWrite(attempt, key, content)));
    }

    private Optional<ObjectStat> earlierWrite(int attempt, String key, byte[] content) {
        return attempt == 1
                ? Optional.empty()
                : store.stat(key).filter(found -> holds(found, content));
    }

    private boolean holds(ObjectStat found, byte[] content) {
        try {
            return found.size() == content.length
                    && Arrays.equals(store.bytes(found.key()), content);
        } catch (ObjectNotFoundException deletedMeanwhile) {
            return false;
        }
    }

    @Override
    public Stream<ObjectStat> list(String prefix) {
        Iterator<ObjectStat> listing = new ResumingListing(retry, () -> store.list(prefix));
        int traits = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(listing, traits), false);
    }

    @Override
    public void delete(String key) {
        retry.run(() -> store.delete(key));
    }

    @Override
    public void deleteAll(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        retry.run(() -> store.deleteAll(all));
    }

    @Override
    public ObjectStore inBucket(String bucket) {
        return new RetryingObjectStore(store.inBucket(bucket), retry);
    }

    @Override
    public String bucket() {
        return store.bucket();
    }

    @Override
    public void ensureBucket() {
        retry.run(store::ensureBucket);
    }
}
