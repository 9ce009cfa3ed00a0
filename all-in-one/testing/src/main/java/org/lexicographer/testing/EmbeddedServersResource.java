package org.lexicographer.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;

/**
 * A broker and an object store for tests with Quarkus, in a folder that goes with them.
 *
 * <p>The application is given the addresses and keys of both. Arguments of the annotation are
 * further settings of the application; in their values, {@code {folder}} stands for an empty folder
 * that is deleted at the end. All test classes of a module should give the same arguments: other
 * ones start the servers and the application again.
 */
public final class EmbeddedServersResource implements QuarkusTestResourceLifecycleManager {

    private static final String FOLDER = "{folder}";

    private Map<String, String> further = Map.of();
    private Path folder;
    private EmbeddedKafka kafka;
    private EmbeddedObjectStore objects;

    @Override
    public void init(Map<String, String> initArgs) {
        further = Map.copyOf(initArgs);
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("lexicographer-test");
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for the embedded servers", e);
        }
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        objects = EmbeddedObjectStore.start(folder.resolve("objects"));
        return settings();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        for (String logger : loggers()) {
            settings.put("quarkus.log.category.\"%s\".level".formatted(logger), "WARN");
        }
        settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        settings.put("object-store.endpoint", objects.endpoint());
        settings.put("object-store.access-key", objects.accessKey());
        settings.put("object-store.secret-key", objects.secretKey());
        Path own = folder.resolve("own");
        further.forEach((key, value) -> settings.put(key, value.replace(FOLDER, own.toString())));
        return settings;
    }

    private static List<String> loggers() {
        return Stream.concat(EmbeddedKafka.LOGGERS.stream(), EmbeddedObjectStore.LOGGERS.stream())
                .toList();
    }

    @Override
    public void stop() {
        if (objects != null) {
            objects.close();
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
            throw new UncheckedIOException("folder cannot be deleted: folder=" + folder, e);
        }
    }
}
