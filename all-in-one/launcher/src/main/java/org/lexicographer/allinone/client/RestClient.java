package org.lexicographer.allinone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.access.AccessToken;

/** Talks JSON to the services' REST interfaces. */
public final class RestClient {

    /** Asked again and again, so it need not be long. */
    private static final Duration TIME_TO_SAY_READY = Duration.ofSeconds(30);

    /** A machine may be slow, and this is asked once. */
    private static final Duration TIME_TO_ANSWER = Duration.ofMinutes(10);

    private static final int NOT_FOUND = 404;
    private static final int FIRST_ERROR = 300;

    private final AccessToken token = AccessToken.of(System.getenv());

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIME_TO_SAY_READY)
                    .build();

    /** Returns the answer's JSON, or empty when there is no such thing. */
    public Optional<JsonNode> get(String url) {
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(URI.create(url)).GET());
        return answer.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(json(answer));
    }

    /**
     * Returns the answer as text.
     *
     * @throws IllegalStateException with the answer when the service refuses
     */
    public String text(String url) {
        HttpResponse<byte[]> answer =
                send(HttpRequest.newBuilder(URI.create(url)).header("Accept", "text/plain").GET());
        check(answer);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /**
     * Returns a header of the answer, if it has it.
     *
     * @throws IllegalStateException with the answer when the service refuses
     */
    public Optional<String> header(String url, String name) {
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(URI.create(url)).GET());
        check(answer);
        return answer.headers().firstValue(name);
    }

    /**
     * Posts JSON.
     *
     * @throws IllegalStateException with the answer when the service refuses
     */
    public void post(String url, byte[] json) {
        HttpResponse<byte[]> answer =
                send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(json)));
        check(answer);
    }

    /** Tells whether the service says that it is ready to work. */
    public boolean isReady(String serviceUrl) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(serviceUrl + "q/health/ready"));
            return send(request, TIME_TO_SAY_READY).statusCode() == 200;
        } catch (UncheckedIOException notYetListening) {
            return false;
        }
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        return send(request, TIME_TO_ANSWER);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, Duration atMost) {
        token.header().ifPresent(shown -> request.header(AccessToken.HEADER, shown));
        try {
            return http.send(request.timeout(atMost).build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("service does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a service", e);
        }
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        check(answer);
        return Json.tree(answer.body());
    }

    private static void check(HttpResponse<byte[]> answer) {
        if (answer.statusCode() >= FIRST_ERROR) {
            throw new IllegalStateException(
                    "service refuses: status=%d, request=%s %s, answer=%s"
                            .formatted(
                                    answer.statusCode(),
                                    answer.request().method(),
                                    answer.uri(),
                                    new String(answer.body(), StandardCharsets.UTF_8)));
        }
    }
}
