package org.lexicographer.runtime.access;

import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.lexicographer.runtime.Reason;
import org.lexicographer.runtime.problem.Problem;

/**
 * Answers whoever does not say who they are, or may not do what they ask for. A browser that opens
 * a page is sent to log in; everybody else is told what is missing.
 */
public final class AccessProblems {

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final SecurityIdentity identity;

    AccessProblems(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** Answers a request of which nobody knows who sent it. */
    @ServerExceptionMapper
    public Uni<Response> unknown(
            UnauthorizedException e, RoutingContext routing, ContainerRequestContext request) {
        return challenged(
                routing,
                request,
                answer(
                        Status.UNAUTHORIZED,
                        "caller unknown: expected=Authorization: Bearer with a token or a key,"
                                + " found=none",
                        request,
                        "Bearer"));
    }

    /** Answers a request with a token or key that is not good, and does not say why not. */
    @ServerExceptionMapper
    public Uni<Response> notAccepted(
            AuthenticationFailedException e,
            RoutingContext routing,
            ContainerRequestContext request) {
        return challenged(
                routing,
                request,
                answer(
                        Status.UNAUTHORIZED,
                        "token or key not accepted: it has expired, was taken back, or is not meant"
                                + " for this service",
                        request,
                        "Bearer error=\"invalid_token\""));
    }

    /** Answers a request whose token cannot be looked at, because its provider is away. */
    @ServerExceptionMapper
    public Response providerOutage(OIDCException e, ContainerRequestContext request) {
        return Problem.of(
                        Status.SERVICE_UNAVAILABLE.getStatusCode(),
                        "identity provider is away: reason=" + Reason.of(e))
                .at(request.getUriInfo().getRequestUri().getRawPath())
                .response();
    }

    /** Answers a request that takes a role which its sender does not have. */
    @ServerExceptionMapper
    public Response refused(
            ForbiddenException e, ResourceInfo resource, ContainerRequestContext request) {
        RolesAllowed allowed = resource.getResourceMethod().getAnnotation(RolesAllowed.class);
        return answer(
                Status.FORBIDDEN,
                "role missing: expected=%s, found=%s"
                        .formatted(
                                allowed == null ? "none" : String.join(", ", allowed.value()),
                                Roles.ascending().stream().filter(identity::hasRole).toList()),
                request,
                "Bearer error=\"insufficient_scope\"");
    }

    private static Uni<Response> challenged(
            RoutingContext routing, ContainerRequestContext request, Response otherwise) {
        HttpAuthenticator authenticator = routing.get(HttpAuthenticator.class.getName());
        if (authenticator == null || !opensPage(request)) {
            return Uni.createFrom().item(otherwise);
        }
        return authenticator
                .getChallenge(routing)
                .map(challenge -> isRedirect(challenge) ? redirect(challenge) : otherwise);
    }

    /**
     * What a script asks for cannot be answered by another site, and a form would be lost there.
     */
    private static boolean opensPage(ContainerRequestContext request) {
        List<MediaType> accepted = request.getAcceptableMediaTypes();
        return READING.contains(request.getMethod())
                && request.getHeaderString(HttpHeaders.AUTHORIZATION) == null
                && request.getHeaderString("HX-Request") == null
                && accepted.stream().anyMatch(AccessProblems::isPage);
    }

    private static boolean isPage(MediaType type) {
        return type.getType().equals("text") && type.getSubtype().equals("html");
    }

    private static boolean isRedirect(ChallengeData challenge) {
        return challenge != null
                && Status.Family.familyOf(challenge.status) == Status.Family.REDIRECTION;
    }

    private static Response redirect(ChallengeData challenge) {
        Response.ResponseBuilder answer = Response.status(challenge.status);
        challenge.getHeaders().forEach((name, value) -> answer.header(name.toString(), value));
        return answer.build();
    }

    private static Response answer(
            Status status, String detail, ContainerRequestContext request, String challenge) {
        Problem problem =
                Problem.of(status.getStatusCode(), detail)
                        .at(request.getUriInfo().getRequestUri().getRawPath());
        return Response.fromResponse(problem.response())
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .build();
    }
}
