package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.lexicographer.allinone.RecordingAuthorizer.Asked;
import org.lexicographer.allinone.client.RestClient;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.process.ServiceProcess;
import org.lexicographer.allinone.sample.ChaosDataset;
import org.lexicographer.allinone.sample.DemoModel;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.rights.KafkaRight;
import org.lexicographer.pipeline.rights.KafkaUser;
import org.lexicographer.testing.Await;

/**
 * The services as they ship, with a broker that listens with TLS and passwords alone and denies
 * what is not in the list of rights: every client of every service must take the same settings and
 * no name may lack the installation's prefix, or runs do not get through.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class SecuredBrokerSystemTest {

    /** Each has more text than its part of the run takes: a run that has enough takes no more. */
    private static final int SHARDS = 2;

    private static final int SHARD_CHARACTERS = 40_000;
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int FIRST_STEPS = 100;
    private static final int ALL_STEPS = 140;

    private static final int DICTIONARIES = 4;

    /** The latest dictionary of a site, as eval-service names it. */
    private static final String DICTIONARY = "dictionaries/secured/layers.0.mlp.out/";

    /**
     * What clients are denied without harm: brokers ask themselves whether a client may create or
     * delete all topics, write without loss to any, or is a broker, before they look at the topic
     * in question, and whether it may see settings or topics that it did not ask for.
     */
    private static final Set<String> HARMLESS =
            Set.of(
                    "CREATE CLUSTER",
                    "DELETE CLUSTER",
                    "CLUSTER_ACTION CLUSTER",
                    "IDEMPOTENT_WRITE CLUSTER",
                    "WRITE TOPIC hardcode",
                    "DESCRIBE_CONFIGS TOPIC",
                    "DESCRIBE TOPIC");

    private final RestClient rest = new RestClient();
    private ChaosDataset dataset;
    private SecuredSystem system;

    @BeforeAll
    void start() throws IOException, InterruptedException, ExecutionException {
        system = new SecuredSystem();
        DemoModel.upload(system.store());
        dataset =
                ChaosDataset.of(
                        SharedSystem.HOME.resolve("all-in-one/launcher/target/demo-dataset"),
                        SHARDS,
                        SHARD_CHARACTERS);
        dataset.upload(system.store());
    }

    @AfterAll
    void stop() {
        system.close();
    }

    @Test
    void theRightsThatAreListedSufficeAndAreAllUsed() throws Exception {
        // When
        trainWhileSecretsAreExchanged();
        goOn();
        importADictionary();
        cancelAndRemove();
        sendWhatIsSetAside();

        // Then
        assertThat(everyUser(SecuredBrokerSystemTest::unused)).as("unused rights").isEmpty();
        assertThat(everyUser(SecuredBrokerSystemTest::denied)).as("denied").isEmpty();
        assertThat(rest.get(system.neighbour() + "runs/secured")).isEmpty();
        assertThat(rest.get(system.neighbour() + "runs").orElseThrow()).isEmpty();
    }

    /** Returns what is found of the users of whom anything is. */
    private static Map<KafkaUser, List<String>> everyUser(Function<KafkaUser, List<String>> found) {
        Map<KafkaUser, List<String>> all = new EnumMap<>(KafkaUser.class);
        for (KafkaUser user : KafkaUser.values()) {
            all.put(user, found.apply(user));
        }
        all.values().removeIf(List::isEmpty);
        return all;
    }

    private static List<String> denied(KafkaUser user) {
        return RecordingAuthorizer.denied(user.in(SecuredSystem.BLUE)).stream()
                .filter(denied -> HARMLESS.stream().noneMatch(denied::startsWith))
                .toList();
    }

    /** Certificate and passwords are exchanged in mid-run. */
    private void trainWhileSecretsAreExchanged() throws IOException {
        submit("secured", FIRST_STEPS);
        publish("secured", 0);
        await("secured", status -> steps(status) > 0);
        system.exchangeSecrets();
        await("secured", status -> !isRunning(status));
        assertThat(status("secured").path("state").asText()).isEqualTo("ENDED");
        awaitEvaluations(FIRST_STEPS);
    }

    private void submit(String run, int steps) throws IOException {
        rest.post(url(Service.TRAINER) + "runs", Json.write(spec(run, steps)));
    }

    private static ObjectNode spec(String run, int steps) throws IOException {
        ObjectNode spec = (ObjectNode) Json.tree(resource("/chaos-run.json"));
        spec.put("run", run);
        spec.withObject("/languageModel").put("stages", 2);
        spec.withObject("/training").put("steps", steps);
        return spec;
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = SecuredBrokerSystemTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private void publish(String run, int shard) {
        rest.post(
                url(Service.TOKENIZER) + "runs/" + run + "/shards",
                dataset.message(run, shard).toJson());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return system.operator()
                .producer(Map.of(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private String url(Service service) {
        return system.url(service);
    }

    private JsonNode status(String run) {
        return rest.get(url(Service.TRAINER) + "runs/" + run).orElseThrow();
    }

    private void await(String run, Predicate<JsonNode> wanted) {
        Await.until(run + " is as wanted", PATIENCE, () -> status(run), wanted);
    }

    private static boolean isRunning(JsonNode status) {
        return status.path("state").asText().equals("RUNNING");
    }

    /** Returns the steps of the job that has taken most. */
    private static int steps(JsonNode status) {
        return status.findValues("step").stream().mapToInt(JsonNode::asInt).max().orElse(0);
    }

    /** Waits until each of two recipes at two sites was evaluated after so many steps. */
    private void awaitEvaluations(int steps) {
        Await.until(
                "every dictionary is evaluated",
                PATIENCE,
                () -> rest.get(url(Service.EVALUATION) + "runs/secured/evaluations").orElseThrow(),
                rows ->
                        rows.findValues("step").stream()
                                        .filter(step -> step.asInt() == steps)
                                        .count()
                                == DICTIONARIES);
    }

    private void goOn() {
        rest.post(
                url(Service.TRAINER) + "runs/secured/extend",
                Json.write(Map.of("steps", ALL_STEPS)));
        publish("secured", 1);
        await("secured", status -> steps(status) == ALL_STEPS && !isRunning(status));
        assertThat(status("secured").path("state").asText()).isEqualTo("ENDED");
        awaitEvaluations(ALL_STEPS);
    }

    private void importADictionary() throws IOException, InterruptedException {
        var zip =
                system.send(
                        "GET",
                        url(Service.EVALUATION)
                                + DICTIONARY
                                + "standard/export?format=lexicographer",
                        new byte[0]);
        assertThat(zip.statusCode()).isEqualTo(200);
        var stored =
                system.send(
                        "POST",
                        url(Service.EVALUATION)
                                + DICTIONARY
                                + "imported/import?format=lexicographer",
                        zip.body());
        assertThat(stored.statusCode())
                .as(new String(stored.body(), StandardCharsets.UTF_8))
                .isEqualTo(201);
    }

    private void cancelAndRemove() throws IOException, InterruptedException {
        submit("unwanted", FIRST_STEPS);
        publish("unwanted", 0);
        await("unwanted", status -> steps(status) > 0);
        String run = url(Service.TRAINER) + "runs/unwanted";
        assertThat(system.send("DELETE", run, new byte[0]).statusCode()).isEqualTo(204);
        Await.until(
                "the run is removed",
                () -> system.send("DELETE", run + "?purge=true", new byte[0]).statusCode(),
                status -> status == 200);
    }

    /** What is no run and no checkpoint, and another run of a name that is taken. */
    private void sendWhatIsSetAside() throws IOException {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            send(producer, Topics.RUNS, "garbage", "{}".getBytes(StandardCharsets.UTF_8));
            send(producer, Topics.RUNS, "secured", Json.write(spec("secured", 1)));
            send(producer, Topics.DICTIONARIES, "x", "{}".getBytes(StandardCharsets.UTF_8));
        }
        List<ConsumerRecord<byte[], byte[]>> setAside = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                system.operator()
                        .consumer(
                                Map.of("auto.offset.reset", "earliest"),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer())) {
            consumer.assign(
                    List.of(new TopicPartition(SecuredSystem.BLUE.atBrokers(Topics.REJECTED), 0)));
            Await.until(
                    "tokenizer, activation, trainer and eval have set something aside",
                    () -> {
                        consumer.poll(Duration.ofMillis(100)).forEach(setAside::add);
                        return setAside.size();
                    },
                    records -> records >= 4);
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value) {
        producer.send(
                new ProducerRecord<>(
                        SecuredSystem.BLUE.atBrokers(topic),
                        key.getBytes(StandardCharsets.UTF_8),
                        value));
    }

    /**
     * Returns the rights that a user had no need for: nothing it asked for wants that very
     * operation, or, of one to describe, another right of the user includes it.
     */
    private static List<String> unused(KafkaUser user) {
        Set<KafkaRight> all = user.rights(SecuredSystem.BLUE);
        Set<Asked> asked = RecordingAuthorizer.asked(user.in(SecuredSystem.BLUE));
        return all.stream()
                .filter(
                        right ->
                                asked.stream()
                                        .filter(it -> it.operation() == right.operation())
                                        .filter(it -> right.covers(it.type(), it.name()))
                                        .noneMatch(it -> isNeeded(right, it, all)))
                .map(KafkaRight::toString)
                .toList();
    }

    private static boolean isNeeded(KafkaRight right, Asked asked, Set<KafkaRight> all) {
        return asked.allowed()
                && (right.operation() != AclOperation.DESCRIBE
                        || all.stream()
                                .filter(other -> !other.equals(right))
                                .filter(other -> other.operation() != AclOperation.CREATE)
                                .noneMatch(other -> other.covers(asked.type(), asked.name())));
    }

    @Test
    void aWrongPasswordIsNamedOnceAndEndsNothing() throws IOException {
        refusal(
                "wrong-password",
                system.security().clientSettings("operator", "wrong"),
                "Authentication failed");
    }

    @Test
    void aCertificateThatIsNotTrustedIsNamedOnceAndEndsNothing() throws IOException {
        refusal(
                "untrusted",
                system.security().untrusting("operator", "any"),
                "PKIX path building failed");
    }

    private void refusal(String log, Map<String, String> connection, String reason)
            throws IOException {
        // When
        ServiceProcess refused = system.refused(log, connection);
        JsonNode start;
        try {
            start =
                    Await.until(
                            "readiness names the refusal",
                            () -> {
                                refused.check();
                                return system.start(refused);
                            },
                            check -> check.path("data").path("reason").asText().contains(reason));
        } finally {
            refused.requestStop();
            refused.awaitStop();
        }

        // Then
        assertThat(start.path("status").asText()).isEqualTo("DOWN");
        assertThat(Files.readString(system.data.log(log)))
                .containsOnlyOnce("waits for what is missing")
                .contains(reason);
    }
}
