package org.lexicographer.trainer.service;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;

/** A Kafka broker and an S3 server for the tests of this module. */
public final class EmbeddedServersResource implements QuarkusTestResourceLifecycleManager {

    private EmbeddedKafka kafka;
    private EmbeddedObjectStore objects;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("trainer-test");
            kafka = EmbeddedKafka.start(folder.resolve("kafka"));
            objects = EmbeddedObjectStore.start(folder.resolve("objects"));
            ControlTopics.ensure(KafkaConnection.plaintext(kafka.bootstrapServers()));
            return Map.of(
                    "kafka.bootstrap.servers", kafka.bootstrapServers(),
                    "object-store.endpoint", objects.endpoint(),
                    "object-store.access-key", objects.accessKey(),
                    "object-store.secret-key", objects.secretKey(),
                    "trainer.work-folder", folder.resolve("work").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        objects.close();
        kafka.close();
    }
}
