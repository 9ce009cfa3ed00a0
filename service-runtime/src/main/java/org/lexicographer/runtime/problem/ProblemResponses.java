package org.lexicographer.runtime.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.smallrye.mutiny.TimeoutException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.runtime.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what goes wrong with a request, in any service, with a {@link Problem}. What a service
 * alone can throw it maps itself.
 */
public final class ProblemResponses {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemResponses.class);

    /** Answers as the resource says. */
    @ServerExceptionMapper
    public Response stated(ProblemException e, ContainerRequestContext request) {
        return answer(e.problem(), request);
    }

    /** Answers a request with wrong fields. */
    @ServerExceptionMapper
    public Response wrongFields(InvalidFieldsException e, ContainerRequestContext request) {
        return answer(Problem.of(Status.BAD_REQUEST.getStatusCode(), e.errors()), request);
    }

    /** Answers a request whose body is no JSON. */
    @ServerExceptionMapper
    public Response noJson(JsonProcessingException e, ContainerRequestContext request) {
        return answer(
                Status.BAD_REQUEST, "not readable as JSON: " + e.getOriginalMessage(), request);
    }

    /** Answers a request whose body is JSON of another shape. */
    @ServerExceptionMapper
    public Response otherJson(MismatchedInputException e, ContainerRequestContext request) {
        return noJson(e, request);
    }

    /** Answers a request that came while the store was out of reach. */
    @ServerExceptionMapper
    public Response storeOutage(RetryableObjectStoreException e, ContainerRequestContext request) {
        return outage(e, request);
    }

    /** Answers a request that the store refuses this service: no repetition helps. */
    @ServerExceptionMapper
    public Response storeRefusal(RefusedObjectStoreException e, ContainerRequestContext request) {
        return refusal(e, request);
    }

    /** Answers a request that came while the brokers were out of reach. */
    @ServerExceptionMapper
    public Response brokerOutage(KafkaException e, ContainerRequestContext request) {
        return e instanceof AuthenticationException || e instanceof AuthorizationException
                ? refusal(e, request)
                : outage(e, request);
    }

    /** Answers a request whose message no broker has taken in time. */
    @ServerExceptionMapper
    public Response brokerSilence(TimeoutException e, ContainerRequestContext request) {
        return answer(
                Status.SERVICE_UNAVAILABLE, "no broker has stored the message in time", request);
    }

    /** Answers a request whose message no broker takes. */
    @ServerExceptionMapper
    public Response tooLarge(RecordTooLargeException e, ContainerRequestContext request) {
        return answer(Status.REQUEST_ENTITY_TOO_LARGE, e.getMessage(), request);
    }

    private static Response refusal(RuntimeException e, ContainerRequestContext request) {
        LOG.error("service is refused: path={}, reason={}", path(request), Reason.of(e));
        return answer(Status.INTERNAL_SERVER_ERROR, Reason.of(e), request);
    }

    private static Response outage(RuntimeException e, ContainerRequestContext request) {
        return answer(Status.SERVICE_UNAVAILABLE, Reason.of(e), request);
    }

    /** Answers a request that HTTP itself finds wrong: its path, its method, its types. */
    @ServerExceptionMapper
    public Response http(WebApplicationException e, ContainerRequestContext request) {
        int status = e.getResponse().getStatus();
        if (status < Status.BAD_REQUEST.getStatusCode()) {
            return e.getResponse();
        }
        if (status >= Status.INTERNAL_SERVER_ERROR.getStatusCode()) {
            return fault(e, request);
        }
        Response answer = answer(Problem.of(status, detail(e, request)), request);
        String allowed = e.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allowed == null
                ? answer
                : Response.fromResponse(answer).header(HttpHeaders.ALLOW, allowed).build();
    }

    private static String detail(WebApplicationException e, ContainerRequestContext request) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return "not readable as JSON: " + json.getOriginalMessage();
        }
        return switch (e) {
            case NotFoundException missing -> "no such path: path=" + path(request);
            case NotAllowedException method ->
                    "method not allowed: found=%s, path=%s"
                            .formatted(request.getMethod(), path(request));
            case NotSupportedException type ->
                    "content type not supported: found="
                            + request.getHeaderString(HttpHeaders.CONTENT_TYPE);
            default -> Reason.of(e);
        };
    }

    /**
     * Answers an unexpected failure, whose details are for the log alone. A body that ends early,
     * as its sender has gone or {@linkplain SlowBodies was sent away}, is no failure of ours.
     */
    @ServerExceptionMapper
    public Response fault(Throwable e, ContainerRequestContext request) {
        if (e instanceof IOException && isOver(request)) {
            LOG.info(
                    "request ended before its body: method={}, path={}, reason={}",
                    request.getMethod(),
                    path(request),
                    Reason.of(e));
            return Response.noContent().build();
        }
        String id = UUID.randomUUID().toString();
        LOG.error(
                "request failed: id={}, method={}, path={}",
                id,
                request.getMethod(),
                path(request),
                e);
        return answer(
                Status.INTERNAL_SERVER_ERROR, "internal fault, see the log: id=" + id, request);
    }

    /** Tells whether nobody would read an answer, or one was given. */
    private static boolean isOver(ContainerRequestContext request) {
        ServerHttpResponse response =
                ((ResteasyReactiveContainerRequestContext) request)
                        .getServerRequestContext()
                        .serverResponse();
        return response.headWritten() || response.closed();
    }

    private static Response answer(Status status, String detail, ContainerRequestContext request) {
        return answer(Problem.of(status.getStatusCode(), detail), request);
    }

    private static Response answer(Problem problem, ContainerRequestContext request) {
        return problem.at(path(request)).response();
    }

    private static String path(ContainerRequestContext request) {
        return request.getUriInfo().getRequestUri().getRawPath();
    }
}
