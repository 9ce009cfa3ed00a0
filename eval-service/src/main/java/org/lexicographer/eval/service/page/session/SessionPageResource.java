package org.lexicographer.eval.service.page.session;

import io.quarkus.oidc.OidcSession;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where a session begins and ends. */
@Path("/")
public class SessionPageResource {

    private final Visitor visitor;
    private final OidcSession session;

    SessionPageResource(Visitor visitor, OidcSession session) {
        this.visitor = visitor;
        this.session = session;
    }

    /**
     * The identity provider sends browsers here, with a code that Quarkus takes; then they are
     * where they wanted to be. Whoever comes by themselves sees the runs.
     */
    @GET
    @Path("pages/login")
    @Authenticated
    @Operation(hidden = true)
    public Response login() {
        return Response.seeOther(URI.create("/")).build();
    }

    /** Ends the session here; where the identity provider can, a setting ends it there as well. */
    @GET
    @Path("pages/logout")
    @Authenticated
    @Operation(hidden = true)
    public Uni<Response> logout() {
        Uni<Void> ended = visitor.isInSession() ? session.logout() : Uni.createFrom().voidItem();
        return ended.map(_ -> Response.seeOther(URI.create("/pages/left")).build());
    }

    /** The one page that takes no session: another would begin a new one. */
    @GET
    @Path("pages/left")
    @PermitAll
    @Produces("text/html;charset=UTF-8")
    @Operation(hidden = true)
    public String left() {
        return SessionPages.left().render();
    }
}
