package org.lexicographer.languagemodel.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;

class CacheLimitTest {

    private static final int BYTES = 100;

    @TempDir Path cache;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @BeforeEach
    void storeModels() {
        for (String model : new String[] {"a", "b", "c"}) {
            String config = "{}";
            objects.put("models/" + model + "/config.json", config.getBytes(UTF_8));
            objects.put(
                    "models/" + model + "/model.safetensors",
                    model.repeat(BYTES - config.length()).getBytes(UTF_8));
        }
    }

    private Path find(String model, long most) {
        ModelFolders folders =
                new ModelFolders(
                        objects,
                        cache,
                        false,
                        HubSources.none(),
                        new CacheLimit(Optional.of(most), () -> now));
        return folders.find("s3://lexicographer/models/" + model + "/").path();
    }

    private long entries() throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.count();
        }
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    @Test
    void theModelThatWasUsedLongestAgoGoesWhenAnotherIsFetched() throws IOException {
        Path a = find("a", 2 * BYTES);
        later(Duration.ofHours(2));
        Path b = find("b", 2 * BYTES);
        later(Duration.ofHours(2));
        find("a", 2 * BYTES);
        later(Duration.ofHours(2));

        Path c = find("c", 2 * BYTES);

        assertThat(a).exists();
        assertThat(b).doesNotExist();
        assertThat(c).exists();
        assertThat(entries()).isEqualTo(2);
        assertThat(find("b", 3 * BYTES)).exists();
    }

    @Test
    void whatWasLookedForLatelyStaysAlthoughThereIsNoRoom() {
        Path a = find("a", BYTES);
        later(Duration.ofMinutes(59));

        Path b = find("b", BYTES);

        assertThat(a).exists();
        assertThat(b).exists();
    }

    @Test
    void whatIsNoModelStays() throws IOException {
        Path other = Files.createDirectories(cache.resolve("other"));
        Files.writeString(other.resolve("file"), "x".repeat(BYTES));
        later(Duration.ofDays(1));

        find("a", 1);

        assertThat(other.resolve("file")).exists();
    }
}
