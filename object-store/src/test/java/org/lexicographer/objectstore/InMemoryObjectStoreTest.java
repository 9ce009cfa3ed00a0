package org.lexicographer.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InMemoryObjectStoreTest extends ObjectStoreContract {

    private final InMemoryObjectStore root = new InMemoryObjectStore("root");

    @Override
    protected ObjectStore storeOf(String bucket) {
        return root.inBucket(bucket);
    }

    @Test
    void hasItsBucketFromTheBeginning() {
        assertThat(new InMemoryObjectStore("bucket").list("")).isEmpty();
    }

    @Test
    void keepsItsOwnCopyOfTheBytes() {
        // Given
        byte[] content = {1};
        root.put("key", content);

        // When
        content[0] = 2;
        root.bytes("key")[0] = 3;

        // Then
        assertThat(root.bytes("key")).containsExactly(1);
    }
}
