package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.FreePorts;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceProcess;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.embedded.BrokerSecurity;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.pipeline.Json;
import org.lexicographer.testing.Await;

/**
 * The services as they ship, started while there is no broker, with one that then listens with TLS
 * and passwords alone: every client of every service must take the same settings, or the run does
 * not get through.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class SecuredBrokerSystemTest {

    private static final Path HOME = SharedSystem.HOME;
    private static final String BUCKET = "lexicographer";
    private static final String USER = "services";
    private static final String PASSWORD = "a password with spaces";
    private static final int SHARDS = 2;
    private static final int SHARD_CHARACTERS = 40_000;

    private final DataFolder data =
            DataFolder.take(HOME.resolve("all-in-one/launcher/target/secured-test/data"));
    private final FreePorts ports = new FreePorts();
    private final RestClient rest = new RestClient();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Service, ServiceProcess> services = new EnumMap<>(Service.class);
    private EmbeddedObjectStore objects;
    private EmbeddedKafka kafka;
    private BrokerSecurity security;
    private int brokerPort;

    @BeforeAll
    void startServicesAndThenTheBroker() throws IOException, InterruptedException {
        data.clear();
        data.prepare();
        LauncherLog.to(data.log("servers"));
        security = BrokerSecurity.create(data.path().resolve("tls"), Map.of(USER, PASSWORD));
        objects = EmbeddedObjectStore.start(data.objectStore(), ports.take(0));
        brokerPort = ports.take(0);
        for (Service service : Service.values()) {
            services.put(service, start(service, service.folder(), security.clientSettings()));
        }
        for (ServiceProcess service : services.values()) {
            JsonNode start = awaitMissing(service);
            assertThat(start.path("data").path("missing").textValue()).startsWith("Kafka at");
            assertThat(answer(service, "q/health/live").path("status").textValue()).isEqualTo("UP");
        }
        kafka = EmbeddedKafka.start(data.kafka(), brokerPort, security);
        services.values().forEach(this::awaitReady);
    }

    private ServiceProcess start(Service service, String log, Map<String, String> connection) {
        Map<String, String> settings = new TreeMap<>();
        connection.forEach((key, value) -> settings.put("kafka." + key, value));
        settings.put("kafka.bootstrap.servers", "localhost:" + brokerPort);
        settings.put("object-store.endpoint", objects.endpoint());
        settings.put("object-store.access-key", objects.accessKey());
        settings.put("object-store.secret-key", objects.secretKey());
        settings.put("object-store.bucket", BUCKET);
        return ServiceProcess.start(
                service, ports.take(0), Checkout.of(HOME), data.log(log), settings);
    }

    /** Returns the check of the start that says what the service waits for. */
    private JsonNode awaitMissing(ServiceProcess service) {
        return Await.until(
                service.service() + " says what it waits for",
                () -> {
                    service.check();
                    return check(answer(service, "q/health/ready"), "start");
                },
                check ->
                        check.path("status").asText().equals("DOWN")
                                && !check.path("data")
                                        .path("reason")
                                        .asText()
                                        .equals("not asked yet"));
    }

    private void awaitReady(ServiceProcess service) {
        Await.until(
                service.service() + " is ready",
                () -> {
                    service.check();
                    return answer(service, "q/health/ready");
                },
                ready -> ready.path("status").asText().equals("UP"));
    }

    /** Returns the JSON of an answer, whatever its status. */
    private JsonNode answer(ServiceProcess service, String path)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(service.url() + path))
                        .timeout(Duration.ofMinutes(2))
                        .build();
        return Json.tree(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }

    private static JsonNode check(JsonNode health, String name) {
        for (JsonNode check : health.path("checks")) {
            if (check.path("name").asText().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no such check: name=%s, health=%s".formatted(name, health));
    }

    @AfterAll
    void stop() {
        services.values().forEach(ServiceProcess::requestStop);
        services.values().forEach(ServiceProcess::awaitStop);
        if (kafka != null) {
            kafka.close();
        }
        objects.close();
        data.close();
    }

    private ObjectStore store() {
        S3Endpoint endpoint =
                S3Endpoint.of(objects.endpoint(), objects.accessKey(), objects.secretKey());
        return MinioObjectStore.of(endpoint, BUCKET);
    }

    @Test
    void aRunGoesThroughAllServices() throws IOException {
        // Given
        ChaosDataset dataset =
                ChaosDataset.of(
                        HOME.resolve("all-in-one/launcher/target/demo-dataset"),
                        SHARDS,
                        SHARD_CHARACTERS);
        DemoModel.upload(store());
        dataset.upload(store());
        ObjectNode spec = (ObjectNode) Json.tree(resource("/chaos-run.json"));
        spec.put("run", "secured");

        // When
        rest.post(url(Service.TRAINER) + "runs", Json.write(spec));
        String shards = url(Service.TOKENIZER) + "runs/secured/shards";
        for (int shard = 0; shard < SHARDS; shard++) {
            rest.post(shards, dataset.message("secured", shard).toJson());
        }
        rest.post(shards, "{\"end\": true}".getBytes(StandardCharsets.UTF_8));

        // Then
        JsonNode ended =
                Await.until(
                        "the run has ended",
                        Duration.ofMinutes(30),
                        () -> rest.get(url(Service.TRAINER) + "runs/secured").orElseThrow(),
                        status -> !status.path("state").asText().equals("RUNNING"));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("ENDED");
        String table = url(Service.EVALUATION) + "runs/secured/evaluations";
        Await.until(
                "every dictionary is evaluated",
                Duration.ofMinutes(30),
                () -> rest.get(table).orElseThrow(),
                rows -> rows.size() == spec.path("sites").size() * spec.path("recipes").size());
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = SecuredBrokerSystemTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private String url(Service service) {
        return services.get(service).url();
    }

    @Test
    void aWrongPasswordIsNamedOnceAndEndsNothing() throws IOException {
        refusal("wrong-password", security.clientSettings(USER, "wrong"), "Authentication failed");
    }

    @Test
    void aCertificateThatIsNotTrustedIsNamedOnceAndEndsNothing() throws IOException {
        refusal("untrusted", security.untrusting(USER, PASSWORD), "PKIX path building failed");
    }

    private void refusal(String log, Map<String, String> connection, String reason)
            throws IOException {
        // When
        ServiceProcess refused = start(Service.TOKENIZER, log, connection);
        JsonNode start;
        try {
            start =
                    Await.until(
                            "readiness names the refusal",
                            () -> {
                                refused.check();
                                return check(answer(refused, "q/health/ready"), "start");
                            },
                            check -> check.path("data").path("reason").asText().contains(reason));
        } finally {
            refused.requestStop();
            refused.awaitStop();
        }

        // Then
        assertThat(start.path("status").asText()).isEqualTo("DOWN");
        assertThat(Files.readString(data.log(log)))
                .containsOnlyOnce("waits for what is missing")
                .contains(reason);
    }
}
