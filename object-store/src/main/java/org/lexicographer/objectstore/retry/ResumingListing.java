package org.lexicographer.objectstore.retry;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lexicographer.objectstore.KeyOrder;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/**
 * A listing that is begun again, and passed over up to where it broke off. That takes keys in their
 * order: of a server that lists them in another one it would leave some out, and is refused.
 */
final class ResumingListing implements Iterator<ObjectStat> {

    private final Retry retry;
    private final Supplier<Stream<ObjectStat>> begin;
    private Iterator<ObjectStat> source;
    private String last;
    private String passed;

    ResumingListing(Retry retry, Supplier<Stream<ObjectStat>> begin) {
        this.retry = retry;
        this.begin = begin;
    }

    @Override
    public boolean hasNext() {
        return retry.call(this::hasNextOnce);
    }

    private boolean hasNextOnce() {
        try {
            if (source == null) {
                passed = null;
                source = begin.get().filter(this::isNew).iterator();
            }
            return source.hasNext();
        } catch (RetryableObjectStoreException e) {
            source = null;
            throw e;
        }
    }

    private boolean isNew(ObjectStat object) {
        if (last == null || isAfter(object.key(), last)) {
            return true;
        }
        if (passed != null && !isAfter(object.key(), passed)) {
            throw new RefusedObjectStoreException(
                    "listing broke off and cannot be resumed, the store lists keys out of order:"
                            + " expected=after %s, found=%s".formatted(passed, object.key()),
                    null);
        }
        passed = object.key();
        return false;
    }

    private static boolean isAfter(String key, String other) {
        return KeyOrder.COMPARATOR.compare(key, other) > 0;
    }

    @Override
    public ObjectStat next() {
        if (!hasNext()) {
            throw new NoSuchElementException("listing has ended: last=" + last);
        }
        ObjectStat object = source.next();
        last = object.key();
        return object;
    }
}
