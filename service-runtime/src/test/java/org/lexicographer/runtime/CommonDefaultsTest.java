package org.lexicographer.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every service is said once. */
class CommonDefaultsTest {

    private static final Path COMMON =
            Path.of("src/main/resources/META-INF/microprofile-config.properties");
    private static final String PROPERTIES = "src/main/resources/application.properties";
    private static final String CONNECTOR = "mp.messaging.connector.smallrye-kafka.";
    private static final Pattern CHANNEL =
            Pattern.compile("mp\\.messaging\\.(?:incoming|outgoing)\\.[^.]+\\.(.+)");
    private static final Pattern CHANNEL_NAME =
            Pattern.compile("mp\\.messaging\\.(?:incoming|outgoing)\\.[^.]+\\.(topic|group\\.id)");
    private static final Pattern PROFILE = Pattern.compile("%[a-z,]+\\.(.+)");

    /** What no client knows is passed over in silence. */
    @Test
    void everyKindOfKafkaClientKnowsTheSettingsOfAll() throws IOException {
        List<String> ofClients =
                names(COMMON).stream()
                        .filter(name -> name.startsWith("kafka."))
                        .map(name -> name.substring("kafka.".length()))
                        .toList();

        assertThat(ofClients)
                .contains("metadata.recovery.rebootstrap.trigger.ms")
                .isSubsetOf(AdminClientConfig.configNames())
                .isSubsetOf(ConsumerConfig.configNames())
                .isSubsetOf(ProducerConfig.configNames());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizer-service",
                "activation-service",
                "trainer-service",
                "eval-service"
            })
    void noServiceRepeatsOrContradictsACommonDefault(String service) throws IOException {
        // Given
        Set<String> common = names(COMMON);
        Path own = Path.of("..", service, PROPERTIES);

        // When
        List<String> twice =
                names(own).stream().filter(name -> common.contains(common(name))).sorted().toList();

        // Then
        assertThat(twice).as("settings of %s that are common defaults", own).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizer-service",
                "activation-service",
                "trainer-service",
                "eval-service"
            })
    void everyTopicAndGroupOfAChannelIsTheInstallationsOwn(String service) throws IOException {
        // When
        Properties own = properties(Path.of("..", service, PROPERTIES));

        // Then
        List<String> names =
                own.stringPropertyNames().stream()
                        .filter(name -> CHANNEL_NAME.matcher(name).matches())
                        .toList();
        assertThat(names).isNotEmpty();
        assertThat(names)
                .allSatisfy(
                        name ->
                                assertThat(own.getProperty(name))
                                        .as(name)
                                        .startsWith("${kafka.prefix:}"));
    }

    /** Returns the name of the common default that would stand under the setting. */
    private static String common(String name) {
        Matcher channel = CHANNEL.matcher(name);
        return channel.matches() ? CONNECTOR + channel.group(1) : name;
    }

    private static Properties properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    private static Set<String> names(Path file) throws IOException {
        return properties(file).stringPropertyNames().stream()
                .map(CommonDefaultsTest::withoutProfile)
                .collect(Collectors.toSet());
    }

    private static String withoutProfile(String name) {
        Matcher profile = PROFILE.matcher(name);
        return profile.matches() ? profile.group(1) : name;
    }
}
