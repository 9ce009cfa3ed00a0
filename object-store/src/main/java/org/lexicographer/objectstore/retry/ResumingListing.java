package org.lexicographer.objectstore.retry;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lexicographer.objectstore.KeyOrder;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/** A listing that is begun again, and passed over up to where it broke off. */
final class ResumingListing implements Iterator<ObjectStat> {

    private final Retry retry;
    private final Supplier<Stream<ObjectStat>> begin;
    private Iterator<ObjectStat> source;
    private String last;

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
                source = begin.get().filter(this::isNew).iterator();
            }
            return source.hasNext();
        } catch (RetryableObjectStoreException e) {
            source = null;
            throw e;
        }
    }

    private boolean isNew(ObjectStat object) {
        return last == null || KeyOrder.COMPARATOR.compare(object.key(), last) > 0;
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
