package org.lexicographer.eval.service.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.lexicographer.runtime.problem.Problem;
import org.lexicographer.runtime.problem.ProblemException;

/**
 * What holds for all pages: nothing from elsewhere is loaded or run in them, no other site sends
 * their forms, and a browser is told in a page what went wrong.
 */
final class PageHeaders {

    /** What a page may load and where it may send; nothing inline, nothing from elsewhere. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    private static final Set<String> CHANGE_NOTHING = Set.of("GET", "HEAD", "OPTIONS");
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;

    /**
     * Refuses what another site's page sends in the name of whoever looks at it: forms, and by
     * scripts what REST takes. A token that is shown with each request no other page has.
     */
    @ServerRequestFilter
    void refuseForeignForms(ContainerRequestContext request) {
        boolean changes =
                !CHANGE_NOTHING.contains(request.getMethod())
                        && request.getHeaderString(HttpHeaders.AUTHORIZATION) == null;
        if (changes && isForeign(request)) {
            throw new ProblemException(
                    Problem.of(
                            FORBIDDEN,
                            "form of another site: expected=%s, found=%s"
                                    .formatted(
                                            request.getHeaderString(HttpHeaders.HOST),
                                            request.getHeaderString("Origin"))));
        }
    }

    private static boolean isForeign(ContainerRequestContext request) {
        String site = request.getHeaderString("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeaderString("Origin");
        return origin != null
                && !origin.replaceFirst("^https?://", "")
                        .equals(request.getHeaderString(HttpHeaders.HOST));
    }

    @ServerResponseFilter
    void complete(ContainerRequestContext request, ContainerResponseContext response) {
        if (isProblem(response)) {
            response.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
            if (wantsPage(request)) {
                showProblem(response);
            }
            if (response.getStatus() == UNAUTHORIZED) {
                // A part of a page cannot log in; the whole of it can.
                response.getHeaders().putSingle("HX-Refresh", "true");
            }
        }
        if (isPage(response)) {
            encode(response);
            MultivaluedMap<String, Object> headers = response.getHeaders();
            headers.putSingle("Content-Security-Policy", POLICY);
            headers.putSingle("X-Content-Type-Options", "nosniff");
            headers.putSingle("Referrer-Policy", "same-origin");
            headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-cache");
        }
    }

    private static boolean isProblem(ContainerResponseContext response) {
        return response.getEntity() instanceof String
                && MediaType.valueOf(Problem.MEDIA_TYPE).equals(response.getMediaType());
    }

    /** Browsers name this type when they open an address; programs do not unless they mean it. */
    private static boolean wantsPage(ContainerRequestContext request) {
        String accepted = request.getHeaderString(HttpHeaders.ACCEPT);
        return accepted != null && accepted.contains(MediaType.TEXT_HTML)
                || request.getHeaderString("HX-Request") != null;
    }

    private static void showProblem(ContainerResponseContext response) {
        Problem problem = Problem.read((String) response.getEntity());
        String page = Pages.problem(problem).render();
        response.setEntity(page, null, MediaType.valueOf(Pages.HTML));
        // A page that asked for a part of another is to show all of this one.
        response.getHeaders().putSingle("HX-Retarget", "main");
        response.getHeaders().putSingle("HX-Reselect", "main");
    }

    /** The server would write a text character by character: a seventh of a latent's page. */
    private static void encode(ContainerResponseContext response) {
        if (response.getEntity() instanceof String page) {
            response.setEntity(page.getBytes(UTF_8), null, response.getMediaType());
        }
    }

    private static boolean isPage(ContainerResponseContext response) {
        return response.getMediaType() != null
                && response.getMediaType().isCompatible(MediaType.TEXT_HTML_TYPE)
                && !response.getMediaType().isWildcardType();
    }
}
