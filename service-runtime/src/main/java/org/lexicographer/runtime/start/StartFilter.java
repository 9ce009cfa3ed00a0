package org.lexicographer.runtime.start;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.lexicographer.runtime.problem.Problem;

/** Answers 503 to every request that comes before the service has started. */
@Singleton
public final class StartFilter {

    private final ServiceStart start;

    StartFilter(ServiceStart start) {
        this.start = requireNonNull(start, "start is null");
    }

    /** Returns the answer while something is missing. */
    @ServerRequestFilter
    public Optional<Response> unlessStarted(ContainerRequestContext request) {
        return start.missing()
                .map(
                        missing ->
                                Problem.of(
                                                Response.Status.SERVICE_UNAVAILABLE.getStatusCode(),
                                                "service has not started yet: missing=%s, reason=%s"
                                                        .formatted(
                                                                missing.what(), missing.reason()))
                                        .at(request.getUriInfo().getRequestUri().getRawPath())
                                        .response());
    }
}
