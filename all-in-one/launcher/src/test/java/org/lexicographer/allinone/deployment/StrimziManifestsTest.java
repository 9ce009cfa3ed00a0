package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.rights.KafkaRight;
import org.lexicographer.pipeline.rights.KafkaUser;
import org.lexicographer.pipeline.stream.ControlTopics;
import org.lexicographer.pipeline.stream.ControlTopics.ControlTopic;
import org.lexicographer.pipeline.stream.Installation;

/**
 * What the Strimzi operator is told is what the services' own types say: the files are these texts.
 */
class StrimziManifestsTest {

    private static final Path PROD = Overlay.KUBERNETES.resolve("overlays/prod");

    @Test
    void everyServiceHasAUserWithItsRights() throws IOException {
        String users =
                Stream.of(KafkaUser.values())
                        .map(StrimziManifestsTest::user)
                        .collect(Collectors.joining("---\n"));

        assertThat(PROD.resolve("kafka-users.yaml"))
                .content()
                .isEqualTo(
                        """
                        # A user for each service with the rights that it needs: docs/kafka.md. The operator puts its
                        # password into a secret of its name.
                        """
                                + users);
    }

    @Test
    void controlTopicsAreThoseThatServicesCreate() throws IOException {
        String topics =
                ControlTopics.all().stream()
                        .map(StrimziManifestsTest::topic)
                        .collect(Collectors.joining("---\n"));

        assertThat(Files.readString(PROD.resolve("kafka-topics.yaml")))
                .isEqualTo(
                        """
                        # The topics of control messages, as services create those that are missing, but with replicas
                        # that are said here. Topics of runs come and go with them.
                        """
                                + topics);
    }

    private static String user(KafkaUser user) {
        SortedMap<String, StringJoiner> operations = new TreeMap<>();
        SortedSet<KafkaRight> rights = user.rights(Installation.ALONE);
        for (KafkaRight right : rights) {
            operations
                    .computeIfAbsent(resource(right), it -> new StringJoiner(", ", "[", "]"))
                    .add(right.shownOperation());
        }
        StringBuilder acls = new StringBuilder();
        operations.forEach(
                (resource, allowed) ->
                        acls.append(
                                """
                                      - resource: %s
                                        operations: %s
                                """
                                        .formatted(resource, allowed)));
        return """
               apiVersion: kafka.strimzi.io/v1
               kind: KafkaUser
               metadata:
                 name: %s
                 labels: {strimzi.io/cluster: lexicographer}
               spec:
                 authentication: {type: scram-sha-512}
                 authorization:
                   type: simple
                   acls:
               """
                        .formatted(user.service())
                + acls;
    }

    private static String resource(KafkaRight right) {
        ResourcePattern resource = right.resource();
        String pattern = resource.patternType() == PatternType.PREFIXED ? "prefix" : "literal";
        return "{type: %s, name: %s, patternType: %s}"
                .formatted(right.type(), resource.name(), pattern);
    }

    private static String topic(ControlTopic topic) {
        StringBuilder config = new StringBuilder();
        new TreeMap<>(topic.settings())
                .forEach((key, value) -> config.append("    %s: %s\n".formatted(key, value)));
        return """
               apiVersion: kafka.strimzi.io/v1
               kind: KafkaTopic
               metadata:
                 name: %s
                 labels: {strimzi.io/cluster: lexicographer}
               spec:
                 partitions: %d
                 replicas: 3
                 config:
               """
                        .formatted(topic.name(), topic.partitions())
                + config;
    }
}
