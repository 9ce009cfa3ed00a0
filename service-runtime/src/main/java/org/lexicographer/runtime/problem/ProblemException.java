package org.lexicographer.runtime.problem;

import static java.util.Objects.requireNonNull;

import jakarta.ws.rs.core.Response.Status;

/** Thrown by a resource to answer with a problem. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(requireNonNull(problem, "problem is null").detail());
        this.problem = problem;
    }

    /** Returns the problem of a subject that does not exist. */
    public static ProblemException notFound(String detail) {
        return new ProblemException(Problem.of(Status.NOT_FOUND.getStatusCode(), detail));
    }

    /** Returns the problem of a request that does not fit the state of its subject. */
    public static ProblemException conflict(String detail) {
        return new ProblemException(Problem.of(Status.CONFLICT.getStatusCode(), detail));
    }

    public Problem problem() {
        return problem;
    }
}
