package org.lexicographer.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.GeneratedContent;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreContract;
import org.lexicographer.objectstore.RefusedObjectStoreException;

/** What {@link MinioObjectStore} does on any S3 server, beyond the contract of the port. */
abstract class S3ObjectStoreContract extends ObjectStoreContract {

    /** Two whole parts and a piece of a third one. */
    private static final long PARTS_BYTES = (129L << 20) + 12_345;

    private static final int PAGE_KEYS = 3;

    abstract S3Endpoint endpoint();

    @Override
    protected MinioObjectStore storeOf(String bucket) {
        return MinioObjectStore.of(endpoint(), bucket);
    }

    @Test
    void streamsAnObjectOfSeveralParts() throws IOException {
        // When
        ObjectStat put = store().put("large", new GeneratedContent(PARTS_BYTES), -1);

        // Then
        assertThat(put.size()).isEqualTo(PARTS_BYTES);
        assertThat(store().stat("large")).contains(put);
        assertThat(checksum(store().get("large")))
                .isEqualTo(checksum(new GeneratedContent(PARTS_BYTES)));
        try (InputStream range = store().get("large", PARTS_BYTES - 1, 5)) {
            assertThat(range.readAllBytes()).containsExactly(GeneratedContent.at(PARTS_BYTES - 1));
        }
    }

    @Test
    void leavesNoObjectWhenALaterPartFails() {
        // Given
        GeneratedContent content = new GeneratedContent(PARTS_BYTES).failingAt(70L << 20);

        // When, Then
        assertThatThrownBy(() -> store().put("large", content, PARTS_BYTES))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("generated failure: position=" + (70L << 20));
        assertThat(store().stat("large")).isEmpty();
        assertThat(store().list("")).isEmpty();
    }

    @Test
    void releasesTheConnectionOfAStreamThatIsClosedEarly() throws IOException {
        // Given
        MinioObjectStore store = storeOf(store().bucket());
        store.put("key", new GeneratedContent(8 << 20), 8 << 20);

        // When
        for (int i = 0; i < 20; i++) {
            try (InputStream content = store.get("key")) {
                assertThat(content.read()).isEqualTo(Byte.toUnsignedInt(GeneratedContent.at(0)));
            }
        }

        // Then
        assertThat(store.busyConnections()).isZero();
    }

    @Test
    void listsMoreThanOnePage() {
        // Given
        ObjectStore store = MinioObjectStore.of(endpoint(), store().bucket(), PAGE_KEYS);
        List<String> keys = IntStream.range(10, 20).mapToObj(i -> "page/" + i).toList();
        keys.forEach(key -> store.put(key, new byte[1]));

        // When, Then
        assertThat(store.list("page/").map(ObjectStat::key)).containsExactlyElementsOf(keys);
    }

    @Test
    void saysThatAWrongSecretIsRefused() {
        // Given
        String accessKey = ((S3Credentials.Keys) endpoint().credentials()).accessKey();
        S3Endpoint wrong = S3Endpoint.of(endpoint().url(), accessKey, "wrong-secret");
        ObjectStore store = MinioObjectStore.of(wrong, store().bucket());

        // When, Then
        assertThatThrownBy(() -> store.put("key", new byte[1]))
                .isInstanceOf(RefusedObjectStoreException.class)
                .hasMessageContaining("code=SignatureDoesNotMatch");
    }

    private static long checksum(InputStream stream) throws IOException {
        CRC32C checksum = new CRC32C();
        try (CheckedInputStream checked = new CheckedInputStream(stream, checksum)) {
            checked.skipNBytes(PARTS_BYTES);
            assertThat(checked.read()).isNegative();
        }
        return checksum.getValue();
    }
}
