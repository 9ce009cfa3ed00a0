package org.lexicographer.runtime.start;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.service.ObjectStoreConfig;

/** Creates the bucket unless it exists. */
@Singleton
public final class BucketStep implements StartStep {

    private final MinioObjectStore store;
    private final String address;

    BucketStep(MinioObjectStore store, ObjectStoreConfig config) {
        this.store = requireNonNull(store, "store is null");
        this.address = config.endpoint();
    }

    @Override
    public String name() {
        return "object store at " + address;
    }

    @Override
    public int order() {
        return COMMON + 1;
    }

    @Override
    public void take() {
        store.ensureBucket();
    }
}
