package org.lexicographer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.GetObjectArgs;
import io.minio.Http;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedObjectStoreTest {

    private static final String BUCKET = "bucket";
    private static final String KEY = "folder/object";
    private static final byte[] CONTENT = {1, 2, 3};

    private static final int WRITERS = 16;

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
    void removesWhatItWasWritingWhenItWasKilled() throws Exception {
        // Given
        Path half = folder.resolve("buckets/b/key-95aedf24-f338-4426-813e-e9fb611c9ce9");
        Path whole = folder.resolve("buckets/b/key");
        Files.createDirectories(half.getParent());
        Files.writeString(half, "{");
        Files.writeString(whole, "{}");

        // When
        EmbeddedObjectStore.start(folder).close();

        // Then
        assertThat(half).doesNotExist();
        assertThat(whole).exists();
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
    void letsOneOfManyReplaceAnObject() throws Exception {
        // Given
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder)) {
            MinioClient client = client(store, store.secretKey());
            client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
            String etag = put(client);

            // When
            long replaced = replaceAtOnce(client, etag);

            // Then
            assertThat(replaced).isEqualTo(1);
        }
    }

    /** Returns how many of the writers, all of which know the same entity tag, have written. */
    private static long replaceAtOnce(MinioClient client, String etag) throws Exception {
        List<Callable<Boolean>> writers =
                IntStream.range(0, WRITERS)
                        .<Callable<Boolean>>mapToObj(i -> () -> replace(client, etag, (byte) i))
                        .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<Boolean>> results = threads.invokeAll(writers);
            return results.stream().filter(Future::resultNow).count();
        }
    }

    private static boolean replace(MinioClient client, String etag, byte content) throws Exception {
        PutObjectArgs args =
                PutObjectArgs.builder()
                        .bucket(BUCKET)
                        .object(KEY)
                        .data(new byte[] {content}, 1)
                        .extraHeaders(new Http.Headers("If-Match", etag))
                        .build();
        try {
            client.putObject(args);
            return true;
        } catch (ErrorResponseException e) {
            assertThat(e.errorResponse().code()).isEqualTo("PreconditionFailed");
            return false;
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

    private static String put(MinioClient client) throws Exception {
        PutObjectArgs args =
                PutObjectArgs.builder()
                        .bucket(BUCKET)
                        .object(KEY)
                        .data(CONTENT, CONTENT.length)
                        .build();
        return client.putObject(args).etag();
    }

    private static byte[] get(MinioClient client) throws Exception {
        try (var object =
                client.getObject(GetObjectArgs.builder().bucket(BUCKET).object(KEY).build())) {
            return object.readAllBytes();
        }
    }
}
