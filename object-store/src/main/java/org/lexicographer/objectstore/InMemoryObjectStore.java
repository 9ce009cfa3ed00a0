package org.lexicographer.objectstore;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * An {@link ObjectStore} in the heap, for the tests of whoever uses the port. It keeps the whole
 * contract, and nothing after the process has ended.
 */
public final class InMemoryObjectStore implements ObjectStore {

    private final Map<String, NavigableMap<String, Stored>> buckets;
    private final String bucket;

    /** An object; it is not changed any more. */
    private record Stored(byte[] content, String etag) {

        static Stored copyOf(byte[] content) {
            return new Stored(content.clone(), md5(content));
        }
    }

    /** Creates a store with one bucket, which exists and is empty. */
    public InMemoryObjectStore(String bucket) {
        this(new ConcurrentHashMap<>(), bucket);
        ensureBucket();
    }

    private InMemoryObjectStore(Map<String, NavigableMap<String, Stored>> buckets, String bucket) {
        this.buckets = buckets;
        this.bucket = requireNonNull(bucket, "bucket is null");
    }

    @Override
    public Optional<ObjectStat> stat(String key) {
        NavigableMap<String, Stored> objects = buckets.get(bucket);
        return Optional.ofNullable(objects == null ? null : objects.get(key))
                .map(stored -> statOf(key, stored));
    }

    @Override
    public InputStream get(String key) {
        return new ByteArrayInputStream(content(key));
    }

    @Override
    public InputStream get(String key, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, Long.MAX_VALUE);
        byte[] content = content(key);
        int start = (int) Math.min(offset, content.length);
        return new ByteArrayInputStream(
                content, start, (int) Math.min(length, content.length - start));
    }

    @Override
    public byte[] bytes(String key) {
        return content(key).clone();
    }

    private byte[] content(String key) {
        Stored stored = objects("get", key).get(key);
        if (stored == null) {
            throw new ObjectNotFoundException(bucket, key, null);
        }
        return stored.content();
    }

    @Override
    public ObjectStat put(String key, byte[] content) {
        Stored stored = Stored.copyOf(content);
        objects("put", key).put(key, stored);
        return statOf(key, stored);
    }

    @Override
    public ObjectStat put(String key, InputStream source, long size) {
        UploadContent content = new UploadContent(source, size);
        try {
            return put(key, content.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public Optional<ObjectStat> putIfAbsent(String key, byte[] content) {
        Stored stored = Stored.copyOf(content);
        Stored before = objects("putIfAbsent", key).putIfAbsent(key, stored);
        return before == null ? Optional.of(statOf(key, stored)) : Optional.empty();
    }

    @Override
    public Optional<ObjectStat> putIfMatch(String key, String etag, byte[] content) {
        Stored replacement = Stored.copyOf(content);
        Stored after =
                objects("putIfMatch", key)
                        .computeIfPresent(
                                key,
                                (k, before) -> before.etag().equals(etag) ? replacement : before);
        return after == replacement ? Optional.of(statOf(key, replacement)) : Optional.empty();
    }

    @Override
    public Stream<ObjectStat> list(String prefix) {
        return objects("list", prefix).tailMap(prefix).entrySet().stream()
                .takeWhile(object -> object.getKey().startsWith(prefix))
                .map(object -> statOf(object.getKey(), object.getValue()));
    }

    @Override
    public void delete(String key) {
        objects("delete", key).remove(key);
    }

    @Override
    public InMemoryObjectStore inBucket(String other) {
        return new InMemoryObjectStore(buckets, other);
    }

    @Override
    public String bucket() {
        return bucket;
    }

    @Override
    public void ensureBucket() {
        buckets.computeIfAbsent(bucket, b -> new ConcurrentSkipListMap<>(KeyOrder.COMPARATOR));
    }

    private NavigableMap<String, Stored> objects(String action, String key) {
        NavigableMap<String, Stored> objects = buckets.get(bucket);
        if (objects == null) {
            throw new RefusedObjectStoreException(
                    "object store request is refused: action=%s, bucket=%s, key=%s, code=NoSuchBucket"
                            .formatted(action, bucket, key),
                    null);
        }
        return objects;
    }

    private static ObjectStat statOf(String key, Stored stored) {
        return new ObjectStat(key, stored.content().length, stored.etag());
    }

    private static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
