package org.lexicographer.objectstore.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.retry.RetryClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the hub over HTTP. Redirects are followed here, so that the token goes to the hub alone and
 * nobody is asked whom the settings do not name. Outages are waited for as the settings say, and as
 * long as the hub wants to be left alone.
 */
final class HubHttp {

    private static final Logger LOG = LoggerFactory.getLogger(HubHttp.class);

    private static final int MOST_REDIRECTS = 5;
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);
    private static final int FIRST_SERVER_FAULT = 500;

    private final HubSettings settings;
    private final RetryClock clock;
    private final HttpClient client;
    private final AtomicReference<Duration> notBefore = new AtomicReference<>(Duration.ZERO);

    HubHttp(HubSettings settings, RetryClock clock) {
        this.settings = settings;
        this.clock = clock;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.silence())
                        .build();
    }

    /** A part of the work with the hub. */
    @FunctionalInterface
    interface Attempt<T> {

        /** Does the part; what it throws passes, unless it is unchecked. */
        T attempt() throws IOException;
    }

    /**
     * Repeats what fails for a reason that passes.
     *
     * @throws RetryableObjectStoreException when the reason has not passed in time
     */
    <T> T repeated(Attempt<T> part) {
        Duration deadline = clock.now().plus(settings.retries().deadline());
        Duration pause = settings.retries().firstPause();
        for (int attempts = 1; ; attempts++) {
            try {
                return part.attempt();
            } catch (IOException e) {
                Duration wanted = wanted(e, pause);
                if (clock.now().plus(wanted).compareTo(deadline) > 0) {
                    throw outage(attempts, e);
                }
                LOG.info("hub is asked again: pause={}, reason={}", wanted, e.getMessage());
                sleep(wanted, attempts, e);
                pause = settings.retries().next(pause);
            }
        }
    }

    private static Duration wanted(IOException e, Duration pause) {
        return e instanceof HubOutage outage
                ? outage.pause().filter(asked -> asked.compareTo(pause) > 0).orElse(pause)
                : pause;
    }

    private void sleep(Duration pause, int attempts, IOException last) {
        try {
            if (last instanceof InterruptedIOException) {
                throw new InterruptedException();
            }
            clock.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw outage(attempts, last);
        }
    }

    private static RetryableObjectStoreException outage(int attempts, IOException last) {
        return new RetryableObjectStoreException(
                "hub did not answer: attempts=%d, last=%s".formatted(attempts, last.getMessage()),
                last);
    }

    /**
     * Asks once for a content.
     *
     * @param from its first byte
     * @throws IOException when it may be had later
     * @throws RefusedObjectStoreException when it may not be had
     */
    HubAnswer get(URI uri, long from) throws IOException {
        if (settings.offline()) {
            throw refused("hub is not asked: hub.offline=true", uri, null);
        }
        URI at = uri;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(at, from);
            HubBody body = new HubBody(response.body(), settings.silence());
            int status = response.statusCode();
            if (status == OK || status == PARTIAL) {
                return new HubAnswer(at, status == PARTIAL, response.headers(), body);
            }
            body.close();
            if (!REDIRECTS.contains(status)) {
                throw failed(response, at);
            }
            at = target(response, at);
        }
        throw refused("too many redirects: most=" + MOST_REDIRECTS, uri, null);
    }

    /** Whoever comes after the one that was told so has to wait, too. */
    private void leaveAlone(URI uri) throws HubOutage {
        Duration left = notBefore.get().minus(clock.now());
        if (settings.isHub(uri) && left.isPositive()) {
            throw new HubOutage(
                    "hub wants to be left alone: for=%s, url=%s".formatted(left, shown(uri)),
                    Optional.of(left),
                    null);
        }
    }

    private void note(URI uri, Duration pause) {
        if (settings.isHub(uri)) {
            Duration until = clock.now().plus(pause);
            notBefore.accumulateAndGet(
                    until, (known, told) -> known.compareTo(told) < 0 ? told : known);
        }
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(URI uri, long from)
            throws IOException {
        leaveAlone(uri);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .timeout(settings.silence())
                        .header("User-Agent", "lexicographer")
                        .header("Accept-Encoding", "identity");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (settings.isHub(uri)) {
            settings.token().ifPresent(it -> request.header("Authorization", "Bearer " + it));
        }
        try {
            return client.send(request.build(), BodyHandlers.ofPublisher());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking the hub");
        } catch (IOException e) {
            throw new HubOutage(
                    "no answer: reason=%s, url=%s".formatted(e, shown(uri)), Optional.empty(), e);
        }
    }

    private URI target(HttpResponse<?> response, URI from) {
        URI target = resolved(from, response.headers().firstValue("Location").orElse(""));
        if (!settings.isAllowed(target)) {
            throw refused(
                    "redirect to a host that hub.redirect-hosts does not name: expected=%s, found=%s"
                            .formatted(settings.redirectHosts(), shown(target)),
                    from,
                    null);
        }
        return target;
    }

    /** What the JDK says of an address that is none has the whole of it, a signature too. */
    static URI resolved(URI from, String address) {
        try {
            return from.resolve(address);
        } catch (IllegalArgumentException namesTheAddress) {
            throw refused("hub names no address: found=" + shown(address), from, null);
        }
    }

    private IOException failed(HttpResponse<?> response, URI uri) {
        int status = response.statusCode();
        String said =
                "status=%d%s%s"
                        .formatted(
                                status,
                                said(response, ", code=", "X-Error-Code"),
                                said(response, ", message=", "X-Error-Message"));
        if (PASSING.contains(status) || status >= FIRST_SERVER_FAULT) {
            Optional<Duration> pause = retryAfter(response);
            pause.ifPresent(asked -> note(uri, asked));
            return new HubOutage("%s, url=%s".formatted(said, shown(uri)), pause, null);
        }
        throw refused(
                switch (status) {
                    case UNAUTHORIZED, FORBIDDEN ->
                            "hub refuses: %s; a private or gated repository needs a token with access (hub.token or HF_TOKEN), token=%s"
                                    .formatted(said, settings.token().isEmpty() ? "none" : "set");
                    case NOT_FOUND -> "hub has no such thing: " + said;
                    default -> "hub refuses: " + said;
                },
                uri,
                null);
    }

    private static String said(HttpResponse<?> response, String label, String header) {
        return response.headers()
                .firstValue(header)
                .map(text -> label + text.substring(0, Math.min(text.length(), 200)))
                .orElse("");
    }

    /** Seconds, or a date. */
    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers().firstValue("Retry-After").flatMap(HubHttp::duration);
    }

    private static Optional<Duration> duration(String text) {
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant date =
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Optional.of(Duration.between(Instant.now(), date));
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }

    /** What follows the question mark of an address may be a secret. */
    private static String shown(URI uri) {
        return shown(uri.toString());
    }

    private static String shown(String address) {
        return address.split("\\?", 2)[0];
    }

    static RefusedObjectStoreException refused(String rule, URI uri, Throwable cause) {
        return new RefusedObjectStoreException("%s, url=%s".formatted(rule, shown(uri)), cause);
    }
}
