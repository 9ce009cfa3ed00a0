package org.lexicographer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.GetObjectArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedObjectStoreTest {

    private static final String BUCKET = "bucket";
    private static final String KEY = "folder/object";
    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir Path folder;

    @Test
    void returnsWhatWasPut() throws Exception {
        // Given
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder)) {
            MinioClient client = client(store, store.secretKey());
            client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());

            // When
            put(client);

            // Then
            assertThat(get(client)).isEqualTo(CONTENT);
        }
    }

    @Test
    void keepsObjectsOverARestart() throws Exception {
        // Given
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder)) {
            MinioClient client = client(store, store.secretKey());
            client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
            put(client);
        }

        // When
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder)) {
            MinioClient client = client(store, store.secretKey());

            // Then
            assertThat(get(client)).isEqualTo(CONTENT);
        }
    }

    @Test
    void takesAFolderThatIsNotNormalized() throws Exception {
        // Given
        Path detour = folder.resolve("a").resolve("..").resolve("b");
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(detour)) {
            MinioClient client = client(store, store.secretKey());
            client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());

            // When
            put(client);

            // Then
            assertThat(get(client)).isEqualTo(CONTENT);
        }
    }

    @Test
    void refusesAWrongSecret() throws Exception {
        // Given
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder)) {
            MinioClient client = client(store, "wrong secret");

            // When, Then
            assertThatThrownBy(() -> put(client))
                    .isInstanceOf(ErrorResponseException.class)
                    .extracting(e -> ((ErrorResponseException) e).response().code())
                    .isEqualTo(403);
        }
    }

    @Test
    void refusesAFolderThatAnotherServerUses() {
        // Given
        try (EmbeddedObjectStore first = EmbeddedObjectStore.start(folder)) {
            assertThat(first.endpoint()).startsWith("http://127.0.0.1:");

            // When, Then
            assertThatThrownBy(() -> EmbeddedObjectStore.start(folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("data folder is in use by another server: folder=" + folder);
        }
    }

    private static MinioClient client(EmbeddedObjectStore store, String secretKey) {
        return MinioClient.builder()
                .endpoint(store.endpoint())
                .region("us-east-1")
                .credentials(store.accessKey(), secretKey)
                .build();
    }

    private static void put(MinioClient client) throws Exception {
        client.putObject(
                PutObjectArgs.builder()
                        .bucket(BUCKET)
                        .object(KEY)
                        .data(CONTENT, CONTENT.length)
                        .build());
    }

    private static byte[] get(MinioClient client) throws Exception {
        try (var object =
                client.getObject(GetObjectArgs.builder().bucket(BUCKET).object(KEY).build())) {
            return object.readAllBytes();
        }
    }
}
