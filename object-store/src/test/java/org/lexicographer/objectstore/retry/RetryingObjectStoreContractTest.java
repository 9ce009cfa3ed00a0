package org.lexicographer.objectstore.retry;

import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreContract;

/** The decorator around a store that does not fail keeps the whole contract. */
class RetryingObjectStoreContractTest extends ObjectStoreContract {

    private final InMemoryObjectStore root = new InMemoryObjectStore("root");

    @Override
    protected ObjectStore storeOf(String bucket) {
        return RetryingObjectStore.wrap(root, RetryPolicy.STANDARD).inBucket(bucket);
    }
}
