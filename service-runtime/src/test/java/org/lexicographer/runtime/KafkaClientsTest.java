package org.lexicographer.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every Kafka client of a service is made from the same settings. */
class KafkaClientsTest {

    private static final Path HOME = Path.of("..");
    private static final String CONNECTION = "KafkaConnection.java";
    private static final Pattern CLIENT =
            Pattern.compile(
                    "new Kafka(Consumer|Producer)<|Admin\\.create\\(|BOOTSTRAP_SERVERS"
                            + "|String bootstrapServers|kafka\\.bootstrap\\.servers");

    @Test
    void onlyTheConnectionMakesThem() throws IOException {
        // When
        List<String> elsewhere;
        try (Stream<Path> files = Files.walk(HOME)) {
            elsewhere =
                    files.filter(KafkaClientsTest::isOfAService)
                            .filter(file -> CLIENT.matcher(text(file)).find())
                            .map(Path::toString)
                            .toList();
        }

        // Then
        assertThat(elsewhere).isEmpty();
    }

    /** The launcher speaks to its own broker, on the loopback interface. */
    private static boolean isOfAService(Path file) {
        String path = file.toString();
        return path.contains("/src/main/java/")
                && path.endsWith(".java")
                && !path.contains("/all-in-one/")
                && !path.endsWith(CONNECTION);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
