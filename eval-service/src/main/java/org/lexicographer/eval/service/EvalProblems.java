package org.lexicographer.eval.service;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.exchange.NotWritableException;
import org.lexicographer.eval.exchange.TooLargeException;
import org.lexicographer.eval.explanation.ExplanationChangedException;
import org.lexicographer.eval.stage.OutputFailedException;
import org.lexicographer.eval.store.NameTakenException;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.runtime.Reason;
import org.lexicographer.runtime.problem.Problem;

/** Answers what goes wrong with requests of this service alone. */
public final class EvalProblems {

    private static final int UNPROCESSABLE = 422;

    /** Answers a request whose subject cannot be evaluated. */
    @ServerExceptionMapper
    public Response unusable(UnusableInputException e, ContainerRequestContext request) {
        return answer(UNPROCESSABLE, e, request);
    }

    /** Answers a request about a language model that nobody can load. */
    @ServerExceptionMapper
    public Response unusableModel(InvalidModelException e, ContainerRequestContext request) {
        return answer(UNPROCESSABLE, e, request);
    }

    /** Answers a request that came while a language model could not be had. */
    @ServerExceptionMapper
    public Response modelOutage(ModelOutageException e, ContainerRequestContext request) {
        return answer(Status.SERVICE_UNAVAILABLE.getStatusCode(), e, request);
    }

    /** Answers a request that this machine has no room for. */
    @ServerExceptionMapper
    public Response noRoom(NotWritableException e, ContainerRequestContext request) {
        return answer(Status.SERVICE_UNAVAILABLE.getStatusCode(), e, request);
    }

    /** Answers a request for a name that is taken. */
    @ServerExceptionMapper
    public Response taken(NameTakenException e, ContainerRequestContext request) {
        return answer(Status.CONFLICT.getStatusCode(), e, request);
    }

    /** Answers a writer who has not seen what another has written. */
    @ServerExceptionMapper
    public Response changed(ExplanationChangedException e, ContainerRequestContext request) {
        return answer(Status.PRECONDITION_FAILED.getStatusCode(), e, request);
    }

    /** Answers a request that brings more than is read. */
    @ServerExceptionMapper
    public Response tooLarge(TooLargeException e, ContainerRequestContext request) {
        return answer(Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode(), e, request);
    }

    /** Answers a request that came while the brokers were out of reach. */
    @ServerExceptionMapper
    public Response brokerOutage(OutputFailedException e, ContainerRequestContext request) {
        return answer(Status.SERVICE_UNAVAILABLE.getStatusCode(), e, request);
    }

    private static Response answer(
            int status, RuntimeException e, ContainerRequestContext request) {
        return Problem.of(status, Reason.of(e))
                .at(request.getUriInfo().getRequestUri().getRawPath())
                .response();
    }
}
