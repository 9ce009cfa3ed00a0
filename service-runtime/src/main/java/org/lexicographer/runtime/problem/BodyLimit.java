package org.lexicographer.runtime.problem;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response.Status;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Answers a request whose announced body is too large; Quarkus would close without an answer. A
 * body of unknown size is ended at the limit by Quarkus's own stream, which answers 413 with
 * nothing in it and ends the response in the same breath, so that nothing can be added to it here.
 */
@Singleton
public final class BodyLimit {

    /** Before Quarkus's own route, which closes the connection without an answer. */
    private static final int FIRST = 1_000;

    private final Optional<MemorySize> limit;

    BodyLimit(
            @ConfigProperty(name = "quarkus.http.limits.max-body-size")
                    Optional<MemorySize> limit) {
        this.limit = limit;
    }

    void register(@Observes Filters filters) {
        limit.ifPresent(most -> filters.register(c -> check(c, most.asLongValue()), FIRST));
    }

    private static void check(RoutingContext context, long limit) {
        long announced = announced(context);
        if (announced <= limit) {
            context.next();
            return;
        }
        Problem problem =
                Problem.of(
                                Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode(),
                                "request too large: expected at most=%d bytes, found=%d"
                                        .formatted(limit, announced))
                        .at(context.request().path());
        problem.send(context.response());
    }

    private static long announced(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
