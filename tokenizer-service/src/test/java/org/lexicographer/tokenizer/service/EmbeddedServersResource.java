package org.lexicographer.tokenizer.service;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;

/** A Kafka broker and an S3 server for the tests of this module. */
public final class EmbeddedServersResource implements QuarkusTestResourceLifecycleManager {

    private EmbeddedKafka kafka;
    private EmbeddedObjectStore store;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("tokenizer-service");
            kafka = EmbeddedKafka.start(folder.resolve("kafka"));
            store = EmbeddedObjectStore.start(folder.resolve("objects"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "kafka.bootstrap.servers", kafka.bootstrapServers(),
                "object-store.endpoint", store.endpoint(),
                "object-store.access-key", store.accessKey(),
                "object-store.secret-key", store.secretKey());
    }

    @Override
    public void stop() {
        store.close();
        kafka.close();
    }
}
