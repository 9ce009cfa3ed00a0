package org.lexicographer.eval.service;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.exchange.TooLargeException;
import org.lexicographer.eval.stage.OutputFailedException;
import org.lexicographer.eval.store.NameTakenException;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;
import org.lexicographer.pipeline.Json;

/** Turns what goes wrong with a request into answers that say what was wrong. */
public class ErrorResponses {

    private static final int UNPROCESSABLE = 422;

    /**
     * An answer about single fields of the request.
     *
     * @param errors every wrong field
     */
    public record FieldErrors(List<FieldError> errors) {}

    /**
     * An answer about the request as a whole.
     *
     * @param message what was expected and what was found
     */
    public record Problem(String message) {}

    /** Answers a request with wrong fields. */
    @ServerExceptionMapper
    public Response wrongFields(InvalidFieldsException e) {
        return answer(Status.BAD_REQUEST.getStatusCode(), new FieldErrors(e.errors()));
    }

    /** Answers a request for something that does not exist. */
    @ServerExceptionMapper
    public Response notKnown(NotKnownException e) {
        return answer(Status.NOT_FOUND.getStatusCode(), new Problem(e.getMessage()));
    }

    /** Answers a request for a path that leads nowhere. */
    @ServerExceptionMapper
    public Response noSuchPath(NotFoundException e, UriInfo uri) {
        return answer(
                Status.NOT_FOUND.getStatusCode(),
                new Problem("no such path: path=" + uri.getPath()));
    }

    /** Answers a request whose subject cannot be evaluated. */
    @ServerExceptionMapper
    public Response unusable(UnusableInputException e) {
        return answer(UNPROCESSABLE, new Problem(e.getMessage()));
    }

    /** Answers a request about a language model that nobody can load. */
    @ServerExceptionMapper
    public Response unusableModel(InvalidModelException e) {
        return answer(UNPROCESSABLE, new Problem(e.getMessage()));
    }

    /** Answers a request that came while a language model could not be had. */
    @ServerExceptionMapper
    public Response modelOutage(ModelOutageException e) {
        return answer(Status.SERVICE_UNAVAILABLE.getStatusCode(), new Problem(e.getMessage()));
    }

    /** Answers a request for a name that is taken. */
    @ServerExceptionMapper
    public Response taken(NameTakenException e) {
        return answer(Status.CONFLICT.getStatusCode(), new Problem(e.getMessage()));
    }

    /** Answers a request that brings more than is read. */
    @ServerExceptionMapper
    public Response tooLarge(TooLargeException e) {
        return answer(Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode(), new Problem(e.getMessage()));
    }

    /** Answers a request that came while the object store was out of reach. */
    @ServerExceptionMapper
    public Response storeOutage(RetryableObjectStoreException e) {
        return answer(Status.SERVICE_UNAVAILABLE.getStatusCode(), new Problem(e.getMessage()));
    }

    /** Answers a request that came while the brokers were out of reach. */
    @ServerExceptionMapper
    public Response brokerOutage(OutputFailedException e) {
        return answer(Status.SERVICE_UNAVAILABLE.getStatusCode(), new Problem(e.getMessage()));
    }

    private static Response answer(int status, Object body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(Json.write(body))
                .build();
    }
}
