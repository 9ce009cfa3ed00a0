package org.lexicographer.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.json.runtime.JsonFormatter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;

/** The lines of a log that is collected, as the common settings make them. */
class JsonLogTest {

    private static final String JSON = "quarkus.log.console.json.";

    @Test
    void aLineHasWhatItsThreadWorksOn() throws IOException {
        // Given
        Properties common = new Properties();
        try (InputStream file =
                getClass().getResourceAsStream("/META-INF/microprofile-config.properties")) {
            common.load(file);
        }
        JsonFormatter formatter =
                new JsonFormatter(
                        common.getProperty(JSON + "key-overrides"),
                        Set.of(common.getProperty(JSON + "excluded-keys").split(",")),
                        Map.of());
        ExtLogRecord line = new ExtLogRecord(Level.INFO, "job starts: step=0", "trainer");
        line.setMdc(Map.of("run", "demo", "site", "embed", "sequence", "12"));

        // When
        JsonNode json = new ObjectMapper().readTree(formatter.format(line));

        // Then
        assertThat(json.path("message").asText()).isEqualTo("job starts: step=0");
        assertThat(json.path("level").asText()).isEqualTo("INFO");
        assertThat(json.at("/fields/run").asText()).isEqualTo("demo");
        assertThat(json.at("/fields/site").asText()).isEqualTo("embed");
        assertThat(json.at("/fields/sequence").asText()).isEqualTo("12");
        assertThat(json.has("sequence")).as("the number of the line").isFalse();
    }

    @Test
    void aLaptopHasLinesForPeople() throws IOException {
        Properties common = new Properties();
        try (InputStream file =
                getClass().getResourceAsStream("/META-INF/microprofile-config.properties")) {
            common.load(file);
        }

        assertThat(common).containsEntry("log.json", "false");
        assertThat(common).containsEntry(JSON + "enabled", "${log.json}");
    }
}
