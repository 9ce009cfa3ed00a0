package org.lexicographer.activation.service;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.pipeline.stream.KafkaConnection;

/** A broker and an object store for the service, in folders that go with them. */
public final class EmbeddedServersResource implements QuarkusTestResourceLifecycleManager {

    private Path folder;
    private EmbeddedKafka kafka;
    private EmbeddedObjectStore objects;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("activation-service-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        objects = EmbeddedObjectStore.start(folder.resolve("objects"));
        ControlTopics.ensure(KafkaConnection.plaintext(kafka.bootstrapServers()));
        return Map.of(
                "kafka.bootstrap.servers", kafka.bootstrapServers(),
                "object-store.endpoint", objects.endpoint(),
                "object-store.access-key", objects.accessKey(),
                "object-store.secret-key", objects.secretKey(),
                "cache.folder", folder.resolve("models").toString(),
                "replica.id", "test-replica");
    }

    @Override
    public void stop() {
        kafka.close();
        objects.close();
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> all = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
