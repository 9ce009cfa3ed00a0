package org.lexicographer.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.SetBucketVersioningArgs;
import io.minio.SetObjectLockConfigurationArgs;
import io.minio.StatObjectArgs;
import io.minio.credentials.AssumeRoleProvider;
import io.minio.credentials.Credentials;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.ObjectLockConfiguration;
import io.minio.messages.RetentionMode;
import io.minio.messages.VersioningConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.ObjectStat;

/** The contract on MinIO's own server, with what buckets of cloud stores have switched on. */
@EnabledIf("hasMinio")
class MinioServerTest {

    private static final ObjectLockConfiguration LOCKED_FOR_A_DAY =
            new ObjectLockConfiguration(
                    RetentionMode.COMPLIANCE, new ObjectLockConfiguration.RetentionDurationDays(1));

    @TempDir private static Path folder;
    private static MinioServer server;

    static boolean hasMinio() {
        return MinioServer.program().isPresent();
    }

    @BeforeAll
    static void start() throws IOException {
        server = MinioServer.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static S3Credentials.Keys root() {
        return (S3Credentials.Keys) server.endpoint().credentials();
    }

    private static MinioClient client() {
        return MinioClient.builder()
                .endpoint(server.endpoint().url())
                .credentials(root().accessKey(), root().secretKey())
                .build();
    }

    private static void keepVersions(String bucket) throws MinioException {
        client().setBucketVersioning(
                        SetBucketVersioningArgs.builder()
                                .bucket(bucket)
                                .config(
                                        new VersioningConfiguration(
                                                VersioningConfiguration.Status.ENABLED,
                                                null,
                                                null,
                                                null))
                                .build());
    }

    private static int versions(String bucket, String key) throws MinioException {
        int versions = 0;
        for (Result<Item> item :
                client().listObjects(
                                ListObjectsArgs.builder()
                                        .bucket(bucket)
                                        .prefix(key)
                                        .includeVersions(true)
                                        .build())) {
            item.get();
            versions++;
        }
        return versions;
    }

    @Nested
    class ABucket extends S3ObjectStoreContract {

        @Override
        S3Endpoint endpoint() {
            return server.endpoint();
        }

        @Test
        void isAskedWithKeysThatWereLent() throws MinioException {
            // Given
            Credentials lent =
                    new AssumeRoleProvider(
                                    endpoint().url(),
                                    root().accessKey(),
                                    root().secretKey(),
                                    null,
                                    null,
                                    endpoint().region(),
                                    null,
                                    null,
                                    null,
                                    new OkHttpClient())
                            .fetch();
            S3Credentials.Keys keys =
                    new S3Credentials.Keys(
                            lent.accessKey(), lent.secretKey(), Optional.of(lent.sessionToken()));

            // When
            MinioObjectStore.of(
                            S3Endpoint.of(endpoint().url(), endpoint().region(), keys),
                            store().bucket())
                    .put("key", new byte[1]);

            // Then
            assertThat(store().stat("key")).isPresent();
        }
    }

    @Nested
    class ABucketThatKeepsVersions extends S3ObjectStoreContract {

        @Override
        S3Endpoint endpoint() {
            return server.endpoint();
        }

        @BeforeEach
        void keep() throws MinioException {
            keepVersions(store().bucket());
        }

        @Test
        void hidesWhatWasDeletedAndKeepsIt() throws MinioException {
            // Given
            store().put("key", new byte[1]);
            store().put("key", new byte[2]);

            // When
            store().delete("key");

            // Then
            assertThat(store().stat("key")).isEmpty();
            assertThat(store().list("")).isEmpty();
            assertThat(versions(store().bucket(), "key")).isEqualTo(3);
            assertThat(store().putIfAbsent("key", new byte[3])).isPresent();
            assertThat(store().putIfAbsent("key", new byte[4])).isEmpty();
        }
    }

    @Nested
    class ABucketThatLocksObjects extends S3ObjectStoreContract {

        private boolean hasBucket;

        @Override
        S3Endpoint endpoint() {
            return server.endpoint();
        }

        /** A bucket either locks from its beginning on or never; the first one asked for does. */
        @Override
        protected MinioObjectStore storeOf(String bucket) {
            if (!hasBucket) {
                hasBucket = true;
                makeLocked(bucket);
            }
            return super.storeOf(bucket);
        }

        private void makeLocked(String bucket) {
            try {
                client().makeBucket(
                                MakeBucketArgs.builder().bucket(bucket).objectLock(true).build());
                client().setObjectLockConfiguration(
                                SetObjectLockConfigurationArgs.builder()
                                        .bucket(bucket)
                                        .config(LOCKED_FOR_A_DAY)
                                        .build());
            } catch (MinioException e) {
                throw new IllegalStateException("no bucket with locks: bucket=" + bucket, e);
            }
        }

        @Test
        void hidesManyThatWereDeletedAndKeepsThem() throws MinioException {
            // Given
            store().put("a", new byte[1]);
            store().put("b", new byte[1]);

            // When
            store().deleteAll(List.of("a", "b", "never-there"));

            // Then
            assertThat(store().list("").map(ObjectStat::key)).isEmpty();
            assertThat(versions(store().bucket(), "a")).isEqualTo(2);
        }
    }

    @Nested
    class EncryptedByTheStore extends S3ObjectStoreContract {

        @Override
        S3Endpoint endpoint() {
            return server.endpoint().encrypting(new S3Encryption.ByTheStore());
        }

        @Test
        void isWrittenSo() throws MinioException {
            store().put("key", new byte[1]);

            assertThat(encryption(store().bucket(), "key")).isEqualTo("AES256");
        }
    }

    @Nested
    class EncryptedByAKey extends S3ObjectStoreContract {

        @Override
        S3Endpoint endpoint() {
            return server.endpoint().encrypting(new S3Encryption.ByKey(MinioServer.KEY));
        }

        @Test
        void isWrittenSo() throws MinioException {
            store().put("key", new byte[1]);

            assertThat(encryption(store().bucket(), "key")).isEqualTo("aws:kms");
        }
    }

    private static String encryption(String bucket, String key) throws MinioException {
        return client().statObject(StatObjectArgs.builder().bucket(bucket).object(key).build())
                .headers()
                .get("X-Amz-Server-Side-Encryption");
    }
}
