package org.lexicographer.trainer.service;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.pipeline.run.RunSpec;

/** Publishes the schema that run specs are read by. */
@Path("/schemas")
@Tag(name = "schemas")
public class SchemaResource {

    /** Shows the schema of run specs. */
    @GET
    @PermitAll
    @Path("run-spec")
    @Produces("application/schema+json")
    @Operation(summary = "Show the JSON Schema of run specs, draft 2020-12")
    public byte[] runSpec() {
        return RunSpec.schema().toJson();
    }
}
