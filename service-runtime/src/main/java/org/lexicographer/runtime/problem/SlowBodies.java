package org.lexicographer.runtime.problem;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends a request whose body comes too slowly. Whoever reads a body holds a thread meanwhile, and
 * Quarkus waits for each next byte anew: a few bytes a minute would hold it for ever.
 */
@Singleton
public final class SlowBodies {

    /** After {@link BodyLimit}, before all that reads a body. */
    private static final int SECOND = 900;

    private static final long MILLIS_BETWEEN_LOOKS = 500;

    private final Pace pace;

    /**
     * How fast a body must come.
     *
     * @param grace how long it may come as it likes
     * @param leastPerSecond how many bytes there must be, on average, for each second after that
     */
    record Pace(Duration grace, long leastPerSecond) {

        boolean isTooSlow(long bytes, Duration elapsed) {
            Duration counted = elapsed.minus(grace);
            return counted.isPositive() && bytes * 1_000.0 < counted.toMillis() * leastPerSecond;
        }
    }

    SlowBodies(
            @ConfigProperty(name = "request-body.grace", defaultValue = "60s") Duration grace,
            @ConfigProperty(name = "request-body.least-per-second", defaultValue = "8K")
                    MemorySize leastPerSecond) {
        this.pace = new Pace(grace, leastPerSecond.asLongValue());
    }

    void register(@Observes Filters filters) {
        filters.register(this::watch, SECOND);
    }

    private void watch(RoutingContext context) {
        if (hasBody(context.request())) {
            long start = System.nanoTime();
            long timer =
                    context.vertx()
                            .setPeriodic(
                                    MILLIS_BETWEEN_LOOKS,
                                    id -> look(context, id, System.nanoTime() - start));
            context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
        }
        context.next();
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null
                ? request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                : !length.equals("0");
    }

    private void look(RoutingContext context, long timer, long nanos) {
        HttpServerRequest request = context.request();
        if (request.isEnded() || context.response().closed()) {
            context.vertx().cancelTimer(timer);
        } else if (pace.isTooSlow(request.bytesRead(), Duration.ofNanos(nanos))) {
            context.vertx().cancelTimer(timer);
            end(context);
        }
    }

    private void end(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        if (response.headWritten()) {
            request.connection().close();
            return;
        }
        Problem problem =
                Problem.of(
                                Status.REQUEST_TIMEOUT.getStatusCode(),
                                "body comes too slowly: expected at least=%d bytes/s after %s, found=%d bytes"
                                        .formatted(
                                                pace.leastPerSecond(),
                                                pace.grace(),
                                                request.bytesRead()))
                        .at(request.path());
        problem.send(response).onComplete(sent -> request.connection().close());
    }
}
