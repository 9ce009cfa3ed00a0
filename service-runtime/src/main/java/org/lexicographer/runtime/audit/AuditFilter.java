package org.lexicographer.runtime.audit;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response.Status.Family;
import java.lang.reflect.Method;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.lexicographer.pipeline.stored.AuditEntry;
import org.lexicographer.pipeline.stored.AuditEntry.Outcome;
import org.lexicographer.runtime.access.Caller;
import org.lexicographer.runtime.problem.Problem;

/** Keeps what came of every request that is {@link Audited}, refused ones included. */
@Singleton
public final class AuditFilter {

    private final Caller caller;
    private final AuditSubject subject;
    private final AuditTrail trail;
    private final String service;
    private final InstantSource clock = InstantSource.system();

    AuditFilter(
            Caller caller,
            AuditSubject subject,
            AuditTrail trail,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.caller = requireNonNull(caller, "caller is null");
        this.subject = requireNonNull(subject, "subject is null");
        this.trail = requireNonNull(trail, "trail is null");
        this.service = requireNonNull(service, "service is null");
    }

    /** Before other filters turn an answer into a page. */
    @ServerResponseFilter(priority = 10_000)
    public void keep(
            ResourceInfo resource,
            ContainerRequestContext request,
            ContainerResponseContext response) {
        Method method = resource == null ? null : resource.getResourceMethod();
        Audited audited = method == null ? null : method.getAnnotation(Audited.class);
        if (audited != null) {
            trail.keep(entry(audited, request, response));
        }
    }

    private AuditEntry entry(
            Audited audited, ContainerRequestContext request, ContainerResponseContext response) {
        int status = response.getStatus();
        return new AuditEntry(
                clock.instant().toString(),
                service,
                caller.owner(),
                caller.key(),
                subject.action().orElse(audited.value()),
                subject.subject().or(() -> named(request.getUriInfo().getPathParameters())),
                outcome(status),
                status,
                reason(response));
    }

    /** The parts of a path are named as those of a dictionary are. */
    private static Optional<String> named(MultivaluedMap<String, String> path) {
        String name =
                Stream.of("run", "site", "recipe", "latent")
                        .map(path::getFirst)
                        .takeWhile(part -> part != null)
                        .collect(Collectors.joining("/"));
        return Optional.of(name).filter(it -> !it.isEmpty());
    }

    private static Outcome outcome(int status) {
        return switch (Family.familyOf(status)) {
            case CLIENT_ERROR -> Outcome.REFUSED;
            case SERVER_ERROR -> Outcome.FAILED;
            default -> Outcome.DONE;
        };
    }

    /** What a problem says; answers that are none say nothing that is to be kept. */
    private static Optional<String> reason(ContainerResponseContext response) {
        boolean isProblem =
                response.getMediaType() != null
                        && Problem.MEDIA_TYPE.equals(response.getMediaType().toString());
        return isProblem && response.getEntity() instanceof String json
                ? Optional.of(Problem.read(json).detail())
                : Optional.empty();
    }
}
