package org.lexicographer.eval.service.page.session;

import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.WithFormRead;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.lexicographer.runtime.access.Access;
import org.lexicographer.runtime.problem.Problem;
import org.lexicographer.runtime.problem.ProblemException;

/**
 * Refuses forms without the token of the page that they are on. A program that shows a token or key
 * of its own with each request cannot be made to send one that it does not mean, and needs none.
 */
@Singleton
public final class FormTokenFilter {

    private final FormToken token;
    private final Access access;

    FormTokenFilter(FormToken token, Access access) {
        this.token = token;
        this.access = access;
    }

    /** Looks at the form before anything is done with it. */
    @SentForm
    @WithFormRead
    @ServerRequestFilter
    public void check(ResteasyReactiveContainerRequestContext request) {
        if (access.isOff() || request.getHeaderString(HttpHeaders.AUTHORIZATION) != null) {
            return;
        }
        ResteasyReactiveRequestContext context =
                (ResteasyReactiveRequestContext) request.getServerRequestContext();
        Object field = context.getFormParameter(FormToken.NAME, true, false);
        if (!token.isSent(field == null ? null : field.toString())) {
            throw new ProblemException(
                    Problem.of(
                            Status.FORBIDDEN.getStatusCode(),
                            "form not taken: expected=the %s of the page that it is on, found=%s;"
                                            .formatted(
                                                    FormToken.NAME,
                                                    field == null ? "none" : "another")
                                    + " load the page again and send it once more"));
        }
    }
}
