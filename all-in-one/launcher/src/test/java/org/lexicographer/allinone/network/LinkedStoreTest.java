package org.lexicographer.allinone.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.allinone.network.NetworkFault.Lost;
import org.lexicographer.embedded.EmbeddedObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.retry.RetryClock;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Credentials;
import org.lexicographer.objectstore.s3.S3Encryption;
import org.lexicographer.objectstore.s3.S3Endpoint;

/** What a client of the store makes of a network that fails, and is mended when it asks again. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LinkedStoreTest {

    private static final byte[] CONTENT = {1, 2, 3};
    private static final byte[] OTHER = {4, 5, 6};

    /** A machine that is slower than this has its requests asked again, which is no harm. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    @TempDir Path folder;

    private EmbeddedObjectStore server;
    private FaultyLink link;
    private ObjectStore store;

    @BeforeEach
    void start() {
        server = EmbeddedObjectStore.start(folder, 0);
        int port = Integer.parseInt(server.endpoint().replaceFirst(".*:", ""));
        link = FaultyLink.open("test to store", port, pause -> {});
        S3Endpoint endpoint =
                new S3Endpoint(
                        "http://127.0.0.1:" + link.port(),
                        S3Endpoint.DEFAULT_REGION,
                        new S3Credentials.Keys(
                                server.accessKey(), server.secretKey(), Optional.empty()),
                        new S3Encryption.OfTheBucket(),
                        Optional.empty(),
                        SILENCE,
                        SILENCE);
        store =
                RetryingObjectStore.wrap(
                        MinioObjectStore.of(endpoint, "bucket"),
                        RetryPolicy.STANDARD,
                        new Mending());
        store.ensureBucket();
    }

    @AfterEach
    void stop() {
        link.close();
        server.close();
    }

    /** Between two attempts the network is mended; no time passes. */
    private final class Mending implements RetryClock {

        @Override
        public Duration now() {
            return Duration.ZERO;
        }

        @Override
        public void sleep(Duration pause) {
            link.clear();
        }
    }

    static List<NetworkFault> faults() {
        return List.of(
                new NetworkFault.Delay(Duration.ofSeconds(1)),
                new NetworkFault.Cut(),
                new NetworkFault.HalfOpen(Lost.REQUESTS),
                new NetworkFault.HalfOpen(Lost.ANSWERS),
                new NetworkFault.HalfOpen(Lost.BOTH),
                new NetworkFault.LostAnswer(),
                new NetworkFault.Duplicate());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void writesAndReadsWhateverTheNetworkDoes(NetworkFault fault) {
        // When
        link.put(fault);
        store.put("key", CONTENT);
        link.put(fault);
        byte[] found = store.bytes("key");

        // Then
        assertThat(found).isEqualTo(CONTENT);
        assertThat(store.list("")).hasSize(1);
    }

    @Test
    void knowsItsOwnWriteWhoseAnswerWasLost() {
        // Given
        link.put(new NetworkFault.LostAnswer());

        // When, Then
        assertThat(store.putIfAbsent("key", CONTENT)).isPresent();
        assertThat(store.putIfAbsent("key", OTHER)).isEmpty();
        assertThat(store.bytes("key")).isEqualTo(CONTENT);
        assertThat(link.counts().lostAnswers()).isPositive();
    }

    @Test
    void aRequestThatArrivesTwiceIsDoneAsOnce() {
        // Given
        link.put(new NetworkFault.Duplicate());

        // When
        store.putIfAbsent("key", CONTENT);

        // Then
        assertThat(store.bytes("key")).isEqualTo(CONTENT);
        assertThat(store.putIfAbsent("key", OTHER)).isEmpty();
        assertThat(link.counts().duplicatedBytes()).isPositive();
    }
}
