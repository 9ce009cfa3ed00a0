package org.lexicographer.pipeline.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.embedded.BrokerSecurity;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.pipeline.stream.BlockReader;
import org.lexicographer.pipeline.stream.BlockTopics;
import org.lexicographer.pipeline.stream.BlockWriter;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

/** Clients take up passwords and certificates that are exchanged while they run. */
class MountedSecretsTest {

    private static final String USER = "writer";
    private static final String TOPIC = "token-blocks.demo";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int ITERATIONS = 4096;

    @TempDir private Path folder;

    @BeforeAll
    static void quiet() {
        EmbeddedKafka.LOGGERS.forEach(name -> Logger.getLogger(name).setLevel(Level.OFF));
    }

    private KafkaConnection connection(int port, String mechanism) {
        Map<String, Object> settings = new HashMap<>(PatientClients.settings("localhost:" + port));
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", mechanism);
        settings.put("sasl.username", USER);
        settings.put("sasl.password.file", password().toString());
        settings.put("ssl.truststore.location", truststore().toString());
        settings.put("ssl.truststore.password", "embedded-broker");
        settings.put("ssl.truststore.type", "PKCS12");
        return KafkaConnection.of(settings);
    }

    private Path password() {
        return folder.resolve("mounted-password");
    }

    private Path truststore() {
        return folder.resolve("mounted-trusted.p12");
    }

    /** Makes a certificate, and lets the broker's clients find it and the password. */
    private BrokerSecurity exchanged(String password) throws IOException {
        BrokerSecurity security =
                BrokerSecurity.create(folder.resolve("tls-" + password), Map.of(USER, password));
        Path next = folder.resolve("next.p12");
        Files.copy(security.truststore(), next, StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, truststore(), StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(password(), password + "\n");
        return security;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void clientsGoOnWithABrokerOfAnotherCertificateAndPassword() throws IOException {
        // Given
        int port = freePort();
        Path data = folder.resolve("kafka");
        List<Long> written = new ArrayList<>();
        EmbeddedKafka kafka = EmbeddedKafka.start(data, port, exchanged("first"));
        KafkaConnection connection = connection(port, "PLAIN");
        try (BlockTopics topics = new BlockTopics(connection);
                BlockWriter writer = new BlockWriter(connection);
                BlockReader reader = new BlockReader(connection)) {
            topics.ensure(TOPIC, 1);
            writer.write(TOPIC, 0, 1, new byte[] {0}).join();
            reader.readFrom(Map.of(PARTITION, 0L));
            written.addAll(read(reader, 1));

            // When
            kafka.close();
            kafka = EmbeddedKafka.start(data, port, exchanged("second"));
            writer.write(TOPIC, 1, 1, new byte[] {1}).join();
            written.addAll(read(reader, 1));

            // Then
            assertThat(written).containsExactly(0L, 1L);
            assertThat(topics.ends(List.of(PARTITION))).containsEntry(PARTITION, 2L);
        } finally {
            kafka.close();
        }
    }

    private static List<Long> read(BlockReader reader, int records) {
        List<Long> keys = new ArrayList<>();
        Await.until(
                records + " records",
                () -> {
                    reader.poll(Duration.ofMillis(50)).stream()
                            .map(ConsumerRecord::key)
                            .forEach(keys::add);
                    return keys;
                },
                found -> found.size() == records);
        return keys;
    }

    @Test
    void aScramPasswordIsReadWhenAClientConnects()
            throws IOException, InterruptedException, ExecutionException {
        // Given
        int port = freePort();
        try (EmbeddedKafka kafka =
                        EmbeddedKafka.start(folder.resolve("kafka"), port, exchanged("plain"));
                Admin operator = connection(port, "PLAIN").admin(Map.of())) {
            operator.describeCluster().clusterId().get();
            KafkaConnection scram = connection(port, "SCRAM-SHA-512");

            for (String secret : List.of("one", "two")) {
                // When
                setScram(operator, secret);
                Files.writeString(password(), secret);

                // Then
                Await.until("the client is let in", () -> isLetIn(scram), letIn -> letIn);
            }
            assertThat(kafka.bootstrapServers()).endsWith(":" + port);
        }
    }

    private static void setScram(Admin operator, String secret)
            throws InterruptedException, ExecutionException {
        ScramCredentialInfo info =
                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS);
        operator.alterUserScramCredentials(
                        List.of(new UserScramCredentialUpsertion(USER, info, secret)))
                .all()
                .get();
    }

    /** A broker learns of a new password a moment after its controller. */
    private static boolean isLetIn(KafkaConnection kafka) throws InterruptedException {
        try (Admin client = kafka.admin(Map.of())) {
            return !client.describeCluster().clusterId().get().isEmpty();
        } catch (ExecutionException e) {
            return false;
        }
    }

    @Test
    void whatCannotBeReadAmidAnExchangeLeavesCertificatesAsTheyWere() throws IOException {
        // Given
        exchanged("first");
        try (MountedCertificates certificates = new MountedCertificates()) {
            certificates.configure(
                    Map.of(
                            "ssl.truststore.location",
                            truststore().toString(),
                            "ssl.truststore.password",
                            new Password("embedded-broker"),
                            "ssl.truststore.type",
                            "PKCS12",
                            "ssl.protocol",
                            "TLSv1.3"));
            var before = certificates.truststore();

            // When
            Files.write(truststore(), new byte[] {1, 2, 3});

            // Then
            assertThat(certificates.truststore()).isSameAs(before);

            // When
            Files.delete(truststore());

            // Then
            assertThat(certificates.truststore()).isSameAs(before);

            // When
            exchanged("second");

            // Then
            assertThat(certificates.truststore()).isNotSameAs(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "PLAIN|sasl.password.file=f|wants one of kafka.sasl.username and",
                "PLAIN|sasl.password.file=f sasl.username=u sasl.username.file=g|found=both",
                "PLAIN|sasl.password.file=f sasl.username=u sasl.jaas.config=m|two settings for",
                "GSSAPI|sasl.password.file=f sasl.username=u|found=GSSAPI"
            })
    void settingsThatDoNotSayAPasswordOnceAreRefused(
            String mechanism, String settings, String reason) {
        Map<String, Object> given = new HashMap<>(Map.of("sasl.mechanism", mechanism));
        for (String setting : settings.split(" ")) {
            given.put(setting.split("=")[0], setting.split("=")[1]);
        }
        assertThatThrownBy(() -> MountedSecrets.followedIn(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aClientOfItsOwnTlsOrWithoutAnyIsLeftAlone() {
        Map<String, Object> plaintext = Map.of("bootstrap.servers", "localhost:9092");
        Map<String, Object> own =
                Map.of("security.protocol", "SSL", "ssl.engine.factory.class", "com.example.Own");

        assertThat(MountedSecrets.followedIn(plaintext)).isEqualTo(plaintext);
        assertThat(MountedSecrets.followedIn(own)).isEqualTo(own);
    }
}
