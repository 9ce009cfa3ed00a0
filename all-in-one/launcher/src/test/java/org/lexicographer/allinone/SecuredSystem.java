package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.lexicographer.allinone.machine.FreePorts;
import org.lexicographer.allinone.process.Checkout;
import org.lexicographer.allinone.process.DataFolder;
import org.lexicographer.allinone.process.LauncherLog;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceProcess;
import org.lexicographer.allinone.system.RunningSystem;
import org.lexicographer.embedded.BrokerSecurity;
import org.lexicographer.embedded.EmbeddedKafka;
import org.lexicographer.embedded.EmbeddedObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.rights.KafkaUser;
import org.lexicographer.pipeline.stream.Installation;
import org.lexicographer.pipeline.stream.KafkaConnection;
import org.lexicographer.testing.Await;
import org.lexicographer.testing.PatientClients;

/**
 * The services as they ship, each as a Kafka user of its own whose password is in a file, with a
 * broker that takes no client without TLS and denies what {@link KafkaUser} does not list. A second
 * installation on the same broker has a trainer-service.
 */
final class SecuredSystem implements AutoCloseable {

    static final Installation BLUE = new Installation("blue.");
    static final Installation GREEN = new Installation("green.");

    private static final Path HOME = SharedSystem.HOME;
    private static final String OPERATOR = "operator";
    private static final String STORE_PASSWORD = "embedded-broker";

    final DataFolder data =
            DataFolder.take(HOME.resolve("all-in-one/launcher/target/secured-test/data"));
    private final FreePorts ports = new FreePorts();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Service, ServiceProcess> services = new EnumMap<>(Service.class);
    private final ServiceProcess neighbour;
    private final EmbeddedObjectStore objects;
    private final int brokerPort;
    private int exchanges;
    private BrokerSecurity security;
    private EmbeddedKafka kafka;

    /** Starts services that have to wait for their broker, and then the broker. */
    SecuredSystem() throws IOException, InterruptedException, ExecutionException {
        data.clear();
        data.prepare();
        LauncherLog.to(data.log("servers"));
        objects = EmbeddedObjectStore.start(data.objectStore(), ports.take(0));
        brokerPort = ports.take(0);
        makeSecrets();
        mountSecrets();
        for (Service service : Service.values()) {
            services.put(
                    service, start(service, service.folder(), settings(BLUE, service.folder())));
        }
        neighbour = start(Service.TRAINER, "neighbour", settings(GREEN, Service.TRAINER.folder()));
        for (ServiceProcess service : services.values()) {
            JsonNode start = awaitMissing(service);
            assertThat(start.path("data").path("missing").textValue()).startsWith("Kafka at");
            assertThat(answer(service, "q/health/live").path("status").textValue()).isEqualTo("UP");
        }
        kafka = EmbeddedKafka.start(data.kafka(), brokerPort, security);
        grantRights();
        processes().forEach(this::awaitReady);
    }

    private List<ServiceProcess> processes() {
        List<ServiceProcess> processes = new ArrayList<>(services.values());
        processes.add(neighbour);
        return processes;
    }

    private void makeSecrets() {
        exchanges++;
        Map<String, String> passwords = new TreeMap<>();
        for (KafkaUser user : KafkaUser.values()) {
            passwords.put(user.in(BLUE), password(user.in(BLUE)));
            passwords.put(user.in(GREEN), password(user.in(GREEN)));
        }
        passwords.put(OPERATOR, password(OPERATOR));
        security =
                BrokerSecurity.create(data.path().resolve("tls-" + exchanges), passwords)
                        .authorizedBy(RecordingAuthorizer.class.getName(), OPERATOR);
    }

    private String password(String user) {
        return "a password with spaces, %d of %s".formatted(exchanges, user);
    }

    /** Puts certificate and passwords where the services look, as a kubelet does: by renaming. */
    private void mountSecrets() throws IOException {
        Files.createDirectories(mounted());
        mount("trusted.p12", Files.readAllBytes(security.truststore()));
        for (KafkaUser user : KafkaUser.values()) {
            mount(user.in(BLUE), password(user.in(BLUE)).getBytes());
            mount(user.in(GREEN), password(user.in(GREEN)).getBytes());
        }
    }

    private Path mounted() {
        return data.path().resolve("mounted");
    }

    private void mount(String name, byte[] content) throws IOException {
        Path next = Files.write(mounted().resolve(name + ".next"), content);
        Files.move(next, mounted().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void grantRights() throws InterruptedException, ExecutionException {
        List<AclBinding> granted = new ArrayList<>();
        for (Installation installation : List.of(BLUE, GREEN)) {
            for (KafkaUser user : KafkaUser.values()) {
                user.rights(installation)
                        .forEach(right -> granted.add(right.of(user.in(installation))));
            }
        }
        try (Admin admin = operator().admin(Map.of())) {
            admin.createAcls(granted).all().get();
        }
    }

    /** Returns a connection that may do everything, and knows topics as the first services do. */
    KafkaConnection operator() {
        Map<String, Object> settings =
                new HashMap<>(PatientClients.settings("localhost:" + brokerPort));
        settings.putAll(security.clientSettings(OPERATOR, password(OPERATOR)));
        settings.put("prefix", BLUE.prefix());
        return KafkaConnection.of(settings);
    }

    /**
     * Replaces the broker by one with another certificate and other passwords, which the services
     * learn only after they were refused.
     */
    void exchangeSecrets() throws IOException {
        kafka.close();
        makeSecrets();
        kafka = EmbeddedKafka.start(data.kafka(), brokerPort, security);
        for (ServiceProcess service : services.values()) {
            Await.until(
                    service.service() + " is refused",
                    () -> check(answer(service, "q/health/ready"), "Kafka"),
                    kafka -> kafka.path("status").asText().equals("DOWN"));
        }
        mountSecrets();
        processes().forEach(this::awaitReady);
    }

    private Map<String, String> settings(Installation installation, String service) {
        String user = installation.atBrokers(service);
        Map<String, String> settings = new TreeMap<>();
        settings.put("kafka.prefix", installation.prefix());
        settings.put("kafka.security.protocol", "SASL_SSL");
        settings.put("kafka.sasl.mechanism", "PLAIN");
        settings.put("kafka.sasl.username", user);
        settings.put("kafka.sasl.password.file", mounted().resolve(user).toString());
        settings.put("kafka.ssl.truststore.location", mounted().resolve("trusted.p12").toString());
        settings.put("kafka.ssl.truststore.password", STORE_PASSWORD);
        settings.put("kafka.ssl.truststore.type", "PKCS12");
        settings.put("object-store.bucket", bucket(installation));
        return settings;
    }

    private static String bucket(Installation installation) {
        return installation.equals(BLUE) ? RunningSystem.BUCKET : "neighbour";
    }

    /** Starts a tokenizer-service of its own that gives this name and password, and no file. */
    ServiceProcess refused(String log, Map<String, String> connection) {
        Map<String, String> settings = new TreeMap<>();
        connection.forEach((key, value) -> settings.put("kafka." + key, value));
        settings.put("object-store.bucket", bucket(BLUE));
        return start(Service.TOKENIZER, log, settings);
    }

    BrokerSecurity security() {
        return security;
    }

    private ServiceProcess start(Service service, String log, Map<String, String> own) {
        Map<String, String> settings = new TreeMap<>(own);
        settings.put("kafka.bootstrap.servers", "localhost:" + brokerPort);
        settings.put("object-store.endpoint", objects.endpoint());
        settings.put("object-store.access-key", objects.accessKey());
        settings.put("object-store.secret-key", objects.secretKey());
        return ServiceProcess.start(
                service, ports.take(0), Checkout.of(HOME), data.log(log), settings);
    }

    /** Returns the bucket of the first installation. */
    ObjectStore store() {
        S3Endpoint endpoint =
                S3Endpoint.of(objects.endpoint(), objects.accessKey(), objects.secretKey());
        return MinioObjectStore.of(endpoint, bucket(BLUE));
    }

    String url(Service service) {
        return services.get(service).url();
    }

    /** Returns the root of the second installation's trainer-service. */
    String neighbour() {
        return neighbour.url();
    }

    /** Returns the check of the start that says what the service waits for. */
    JsonNode awaitMissing(ServiceProcess service) {
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

    private JsonNode answer(ServiceProcess service, String path)
            throws IOException, InterruptedException {
        return Json.tree(send("GET", service.url() + path, new byte[0]).body());
    }

    /** Sends a request; returns its answer, whatever the status. */
    HttpResponse<byte[]> send(String method, String url, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofMinutes(5))
                        .header("Content-Type", "application/octet-stream")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    static JsonNode check(JsonNode health, String name) {
        for (JsonNode check : health.path("checks")) {
            if (check.path("name").asText().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no such check: name=%s, health=%s".formatted(name, health));
    }

    JsonNode start(ServiceProcess service) throws IOException, InterruptedException {
        return check(answer(service, "q/health/ready"), "start");
    }

    @Override
    public void close() {
        processes().forEach(ServiceProcess::requestStop);
        processes().forEach(ServiceProcess::awaitStop);
        kafka.close();
        objects.close();
        data.close();
    }
}
