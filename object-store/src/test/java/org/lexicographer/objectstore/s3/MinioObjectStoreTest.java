package org.lexicographer.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.CreateMultipartUploadArgs;
import io.minio.MinioAsyncClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.embedded.EmbeddedObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;

class MinioObjectStoreTest extends S3ObjectStoreContract {

    @TempDir static Path folder;

    private static final int DAY = 86_400;

    private static EmbeddedObjectStore server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedObjectStore.start(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    S3Endpoint endpoint() {
        return S3Endpoint.of(server.endpoint(), server.accessKey(), server.secretKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "a/../../b", "..", "a/./b", ""})
    void keysThatLeadOutOfTheirBucketAreRefused(String key) {
        ObjectStore store = store();

        assertRefused(() -> store.stat(key));
        assertRefused(() -> store.get(key));
        assertRefused(() -> store.get(key, 0, 1));
        assertRefused(() -> store.put(key, new byte[1]));
        assertRefused(() -> store.putIfAbsent(key, new byte[1]));
        assertRefused(() -> store.delete(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a/b", "127.0.0.1", "user@host", "a?b", ""})
    void bucketsThatAreNoneAreRefused(String bucket) {
        ObjectStore none = store().inBucket(bucket);

        assertRefused(() -> none.stat("a"));
        assertRefused(() -> none.get("a"));
        assertRefused(() -> none.list("a").toList());
        assertRefused(() -> none.put("a", new byte[1]));
    }

    private static void assertRefused(ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOf(RefusedObjectStoreException.class);
    }

    @Test
    void listsNothingThatIsStillBeingWritten() throws IOException {
        // Given: a file such as the server leaves behind when it is killed
        store().put("whole", new byte[1]);
        Path bucket = folder.resolve("buckets").resolve(store().bucket());
        Files.write(bucket.resolve("half-95aedf24-f338-4426-813e-e9fb611c9ce9"), new byte[1]);

        // When, Then
        assertThat(store().list("").map(ObjectStat::key)).containsExactly("whole");
    }

    /** Such as a process leaves behind that is killed in the middle of an upload. */
    @Test
    void abortsUploadsThatNobodyHasFinished() throws Exception {
        String bucket = store().bucket();
        MinioAsyncClient client =
                MinioAsyncClient.builder()
                        .endpoint(endpoint().url())
                        .credentials(server.accessKey(), server.secretKey())
                        .build();
        for (String key : List.of("hub/a", "hub/b", "theirs/c")) {
            client.createMultipartUpload(
                            CreateMultipartUploadArgs.builder().bucket(bucket).object(key).build())
                    .get();
        }
        UnfinishedUploads uploads = UnfinishedUploads.of(endpoint(), bucket);

        assertThat(uploads.abort("hub/", Instant.EPOCH)).isEmpty();
        assertThat(uploads.abort("hub/", Instant.now().plusSeconds(DAY)))
                .containsExactlyInAnyOrder("hub/a", "hub/b");
        assertThat(uploads.abort("hub/", Instant.now().plusSeconds(DAY))).isEmpty();
        assertThat(uploads.abort("", Instant.now().plusSeconds(DAY))).containsExactly("theirs/c");
    }

    @Test
    void saysThatAnUnreachableServerMayRecover() throws IOException {
        // Given
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ObjectStore store =
                MinioObjectStore.of(
                        S3Endpoint.of("http://127.0.0.1:" + port, "access", "secret-key"),
                        "bucket");

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RetryableObjectStoreException.class)
                .hasMessageContaining("action=stat, bucket=bucket, key=key")
                .hasMessageContaining("Connection refused");
        assertThatThrownBy(() -> store.put("key", new byte[1]))
                .isInstanceOf(RetryableObjectStoreException.class);
        assertThatThrownBy(() -> store.list("").toList())
                .isInstanceOf(RetryableObjectStoreException.class);
        assertThatThrownBy(store::ensureBucket).isInstanceOf(RetryableObjectStoreException.class);
    }

    @Test
    void saysThatAServerInTroubleMayRecover() throws IOException {
        // Given
        try (CannedServer gateway = CannedServer.answering("503 Service Unavailable")) {
            ObjectStore store =
                    MinioObjectStore.of(S3Endpoint.of(gateway.url(), "access", "secret"), "bucket");

            // When, Then
            assertThatThrownBy(() -> store.bytes("key"))
                    .isInstanceOf(RetryableObjectStoreException.class)
                    .hasMessageContaining("server in trouble: status=503");
        }
    }

    @Test
    void saysThatAnAnswerThatBreaksOffMayRecover() throws IOException {
        // Given
        try (CannedServer server =
                CannedServer.answering("200 OK\r\nContent-Length: 100", "not a hundred bytes")) {
            ObjectStore store =
                    MinioObjectStore.of(S3Endpoint.of(server.url(), "access", "secret"), "bucket");

            // When, Then
            assertThatThrownBy(() -> store.bytes("key"))
                    .isInstanceOf(RetryableObjectStoreException.class)
                    .hasMessageContaining("action=get, bucket=bucket, key=key");
        }
    }
}
