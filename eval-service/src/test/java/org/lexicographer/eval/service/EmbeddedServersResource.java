package org.lexicographer.eval.service;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;

/** Starts a broker and an object store for the tests of the whole service. */
public class EmbeddedServersResource implements QuarkusTestResourceLifecycleManager {

    private Path folder;
    private EmbeddedKafka kafka;
    private EmbeddedObjectStore objectStore;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("eval-service-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        objectStore = EmbeddedObjectStore.start(folder.resolve("objects"));
        return Map.of(
                "quarkus.log.category.\"kafka\".level",
                "WARN",
                "quarkus.log.category.\"state.change.logger\".level",
                "WARN",
                "kafka.bootstrap.servers",
                kafka.bootstrapServers(),
                "object-store.endpoint",
                objectStore.endpoint(),
                "object-store.access-key",
                objectStore.accessKey(),
                "object-store.secret-key",
                objectStore.secretKey(),
                "evaluate.poll",
                "200ms",
                "evaluate.retry",
                "200ms",
                "evaluate.max-contexts",
                "64",
                "evaluate.model-folder",
                folder.resolve("models").toString());
    }

    @Override
    public void stop() {
        if (objectStore != null) {
            objectStore.close();
        }
        if (kafka != null) {
            kafka.close();
        }
        if (folder != null) {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
