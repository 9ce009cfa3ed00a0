package org.lexicographer.eval.service.page;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.lexicographer.eval.service.DefinitionResource;
import org.lexicographer.runtime.access.Roles;

/** Pages that say what the figures mean. */
@Path("/")
@Produces(Pages.HTML)
public class DefinitionPageResource {

    private final DefinitionResource definitions;

    public DefinitionPageResource(DefinitionResource definitions) {
        this.definitions = definitions;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("pages/metric-definitions")
    @Operation(hidden = true)
    public String metrics() {
        return Pages.metrics(definitions.metrics()).render();
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("pages/latent-definitions")
    @Operation(hidden = true)
    public String latentFigures() {
        return Pages.latentFigures(definitions.latents()).render();
    }
}
