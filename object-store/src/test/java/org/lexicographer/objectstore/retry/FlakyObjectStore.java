package org.lexicographer.objectstore.retry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/** A store that fails as often as it is told, before or after it has done what was asked. */
final class FlakyObjectStore implements ObjectStore {

    private final ObjectStore store;
    private int failuresBefore;
    private int failuresAfter;
    private int breakingBytes = -1;
    private int calls;
    private Runnable untilItFails = () -> {};

    FlakyObjectStore(ObjectStore store) {
        this.store = store;
    }

    FlakyObjectStore failing(int times) {
        failuresBefore = times;
        return this;
    }

    /** What passes, such as time, before a call fails. */
    FlakyObjectStore taking(Runnable time) {
        untilItFails = time;
        return this;
    }

    FlakyObjectStore losingAnswers(int times) {
        failuresAfter = times;
        return this;
    }

    /** Contents and listings break off after so many bytes or objects, each time. */
    FlakyObjectStore breakingAfter(int bytesOrObjects) {
        breakingBytes = bytesOrObjects;
        return this;
    }

    int calls() {
        return calls;
    }

    private <T> T flaky(Supplier<T> call) {
        calls++;
        if (failuresBefore > 0) {
            failuresBefore--;
            untilItFails.run();
            throw new RetryableObjectStoreException("generated failure: call=" + calls, null);
        }
        T result = call.get();
        if (failuresAfter > 0) {
            failuresAfter--;
            throw new RetryableObjectStoreException("generated loss: call=" + calls, null);
        }
        return result;
    }

    private InputStream breaking(InputStream content) {
        if (breakingBytes < 0) {
            return content;
        }
        try {
            InputStream start = new ByteArrayInputStream(content.readNBytes(breakingBytes));
            return content.available() == 0
                    ? start
                    : new SequenceInputStream(start, new BrokenStream());
        } catch (IOException e) {
            throw new AssertionError("memory cannot be read", e);
        }
    }

    @Override
    public Optional<ObjectStat> stat(String key) {
        return flaky(() -> store.stat(key));
    }

    @Override
    public InputStream get(String key) {
        return flaky(() -> breaking(store.get(key)));
    }

    @Override
    public InputStream get(String key, long offset, long length) {
        return flaky(() -> breaking(store.get(key, offset, length)));
    }

    @Override
    public byte[] bytes(String key) {
        return flaky(() -> store.bytes(key));
    }

    @Override
    public ObjectStat put(String key, byte[] content) {
        return flaky(() -> store.put(key, content));
    }

    @Override
    public ObjectStat put(String key, InputStream content, long size) {
        return flaky(() -> store.put(key, content, size));
    }

    @Override
    public Optional<ObjectStat> putIfAbsent(String key, byte[] content) {
        return flaky(() -> store.putIfAbsent(key, content));
    }

    @Override
    public Optional<ObjectStat> putIfMatch(String key, String etag, byte[] content) {
        return flaky(() -> store.putIfMatch(key, etag, content));
    }

    @Override
    public Stream<ObjectStat> list(String prefix) {
        int[] left = {breakingBytes};
        return flaky(() -> store.list(prefix)).peek(object -> breakAt(left));
    }

    private static void breakAt(int[] left) {
        if (left[0]-- == 0) {
            throw new RetryableObjectStoreException("generated break", null);
        }
    }

    @Override
    public void delete(String key) {
        flaky(
                () -> {
                    store.delete(key);
                    return null;
                });
    }

    @Override
    public ObjectStore inBucket(String bucket) {
        return new FlakyObjectStore(store.inBucket(bucket)).failing(failuresBefore);
    }

    @Override
    public String bucket() {
        return store.bucket();
    }

    @Override
    public void ensureBucket() {
        flaky(
                () -> {
                    store.ensureBucket();
                    return null;
                });
    }

    /** Fails as a connection does that is cut. */
    private static final class BrokenStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("generated break");
        }
    }
}
