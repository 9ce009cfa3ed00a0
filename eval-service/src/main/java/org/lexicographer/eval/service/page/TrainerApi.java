package org.lexicographer.eval.service.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.lexicographer.eval.service.EvalConfig;
import org.lexicographer.runtime.Reason;
import org.lexicographer.runtime.problem.Problem;

/** Hands what a page submits to trainer-service, in the name of whoever submits it. */
@Singleton
class TrainerApi {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than trainer-service waits for its brokers. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final int CREATED = 201;
    private static final int OUTAGE = 503;

    private final URI address;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

    @Inject
    TrainerApi(EvalConfig config) {
        this(config.trainerUrl());
    }

    TrainerApi(URI address) {
        this.address = address;
    }

    /**
     * Submits a run.
     *
     * @param authorization the header of the request that brought the spec, if it had one
     * @return why it was not taken; empty when it was
     */
    Optional<Problem> submit(String spec, Optional<String> authorization) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve("/runs"))
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(spec));
        authorization.ifPresent(header -> request.header("Authorization", header));
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            return answer.statusCode() == CREATED ? Optional.empty() : Optional.of(problem(answer));
        } catch (IOException e) {
            return Optional.of(unreachable(Reason.of(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(unreachable("interrupted"));
        }
    }

    private Problem problem(HttpResponse<String> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        return type.startsWith(Problem.MEDIA_TYPE)
                ? Problem.read(answer.body())
                : Problem.of(
                        answer.statusCode(),
                        "trainer-service did not take it: status=%d, address=%s"
                                .formatted(answer.statusCode(), address));
    }

    private Problem unreachable(String reason) {
        return Problem.of(
                OUTAGE,
                "trainer-service not reached: reason=%s, address=%s".formatted(reason, address));
    }
}
