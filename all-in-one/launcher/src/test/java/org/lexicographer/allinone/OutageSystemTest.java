package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.lexicographer.allinone.chaos.Chaos;
import org.lexicographer.allinone.process.KillableProcess;
import org.lexicographer.allinone.process.Server;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.allinone.system.KillableSystem;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;

/** What whoever asks is told while broker or store is away. */
@ExtendWith(SharedSystem.Parameter.class)
@Timeout(value = 1, unit = TimeUnit.HOURS)
class OutageSystemTest {

    /** Less than those wait who work on something, and far more than those who answer. */
    private static final Duration BEFORE_PATIENCE_ENDS = Duration.ofSeconds(90);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private CompletableFuture<HttpResponse<String>> send(String url, HttpRequest.Builder request) {
        return http.sendAsync(
                request.uri(URI.create(url))
                        .timeout(BEFORE_PATIENCE_ENDS)
                        .header("Content-Type", "application/json")
                        .build(),
                BodyHandlers.ofString());
    }

    private static void assertOutage(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("application/problem+json"));
    }

    private static byte[] spec(String run) throws IOException {
        try (InputStream json = Chaos.class.getResourceAsStream("/chaos-run.json")) {
            return Json.write(((ObjectNode) Json.tree(json.readAllBytes())).put("run", run));
        }
    }

    @Test
    void aRunThatNoBrokerTakesLeavesNothing(SharedSystem shared) throws Exception {
        // Given
        KillableSystem system = shared.system();
        KillableProcess broker = system.process(Server.Kind.BROKER.text());
        broker.kill();

        // When
        HttpResponse<String> answer;
        try {
            answer =
                    send(
                                    system.url(Service.TRAINER) + "runs",
                                    HttpRequest.newBuilder()
                                            .POST(BodyPublishers.ofByteArray(spec("no-broker"))))
                            .join();
        } finally {
            broker.start();
        }
        system.awaitReady();

        // Then
        assertOutage(answer);
        assertThat(system.objectStore().stat(ObjectKeys.nameClaim("no-broker"))).isEmpty();
        assertThat(system.objectStore().list(ObjectKeys.run("no-broker"))).isEmpty();
    }

    @Test
    void aStoreThatDoesNotAnswerIsToldToWhoeverAsks(SharedSystem shared) throws Exception {
        // Given
        KillableSystem system = shared.system();
        KillableProcess store = system.process(Server.Kind.OBJECT_STORE.text());
        signal("STOP", store);

        // When
        List<HttpResponse<String>> answers;
        try {
            answers =
                    Stream.of(
                                    send(
                                            system.url(Service.EVALUATION) + "dictionaries",
                                            HttpRequest.newBuilder().GET()),
                                    send(
                                            system.url(Service.TRAINER) + "runs",
                                            HttpRequest.newBuilder().GET()),
                                    send(
                                            system.url(Service.TOKENIZER) + "runs/no-store/shards",
                                            HttpRequest.newBuilder()
                                                    .POST(
                                                            BodyPublishers.ofString(
                                                                    "{\"end\": true}"))))
                            .map(CompletableFuture::join)
                            .toList();
        } finally {
            signal("CONT", store);
        }
        system.awaitReady();

        // Then
        assertThat(answers).allSatisfy(OutageSystemTest::assertOutage);
    }

    private static void signal(String name, KillableProcess process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
