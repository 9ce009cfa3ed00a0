package org.lexicographer.eval.service.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.runtime.problem.Problem;

class TrainerApiTest {

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private HttpServer trainer;
    private TrainerApi api;
    private int status = 201;
    private String type = "application/json";
    private String body = "{}";

    @BeforeEach
    void start() throws IOException {
        trainer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        trainer.createContext(
                "/runs",
                exchange -> {
                    seen.add(
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                    seen.add(new String(exchange.getRequestBody().readAllBytes()));
                    byte[] answer = body.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", type);
                    exchange.sendResponseHeaders(status, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        trainer.start();
        api = new TrainerApi(URI.create("http://localhost:" + trainer.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        trainer.stop(0);
    }

    @Test
    void aSpecIsHandedOnInTheNameOfWhoeverSubmitsIt() {
        assertThat(api.submit("{spec}", Optional.of("Bearer someone"))).isEmpty();
        assertThat(api.submit("{spec}", Optional.empty())).isEmpty();
        assertThat(seen).containsExactly("Bearer someone", "{spec}", "null", "{spec}");
    }

    @Test
    void whatTrainerServiceSaysIsHandedBack() {
        // Given
        status = 409;
        type = "application/problem+json";
        body =
                "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"taken\"}";

        // Then
        assertThat(api.submit("{}", Optional.empty())).contains(Problem.of(409, "taken"));
    }

    @Test
    void anAnswerOfSomebodyInBetweenIsToldByItsStatus() {
        // Given
        status = 401;
        type = "text/html";
        body = "<h1>log in</h1>";

        // Then
        assertThat(api.submit("{}", Optional.empty()).orElseThrow().detail())
                .startsWith("trainer-service did not take it: status=401");
    }

    @Test
    void aServiceThatCannotBeReachedIsAnOutage() {
        // Given
        trainer.stop(0);

        // When
        Problem problem = api.submit("{}", Optional.empty()).orElseThrow();

        // Then
        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.detail()).startsWith("trainer-service not reached");
    }
}
