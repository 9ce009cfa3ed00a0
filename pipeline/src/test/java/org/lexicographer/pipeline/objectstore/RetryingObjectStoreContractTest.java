package org.lexicographer.pipeline.objectstore;

/** The decorator around a store that does not fail keeps the whole contract. */
class RetryingObjectStoreContractTest extends ObjectStoreContract {

    private final InMemoryObjectStore root = new InMemoryObjectStore("root");

    @Override
    ObjectStore storeOf(String bucket) {
        return RetryingObjectStore.wrap(root, RetryPolicy.STANDARD).inBucket(bucket);
    }
}
