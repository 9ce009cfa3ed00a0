package org.lexicographer.eval.service;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.lexicographer.eval.definition.Defined;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.latent.result.StatisticsDefinition;
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.eval.nearest.NearestDefinition;
import org.lexicographer.eval.service.openapi.LatentExamples;
import org.lexicographer.eval.service.openapi.RunExamples;
import org.lexicographer.runtime.access.Roles;

/** Says what the figures mean. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public class DefinitionResource {

    @GET
    @RolesAllowed(Roles.READER)
    @Path("metric-definitions")
    @Tag(name = "metrics")
    @Operation(summary = "List what the figures of an evaluation mean")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = Definition.class),
                            examples = @ExampleObject(name = "one", value = RunExamples.METRICS)))
    public List<Definition> metrics() {
        return Defined.definitions(MetricDefinition.values());
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Path("latent-definitions")
    @Tag(name = "latents")
    @Operation(summary = "List what the figures of latents mean")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = Definition.class),
                            examples =
                                    @ExampleObject(name = "one", value = LatentExamples.MEANING)))
    public List<Definition> latents() {
        return Stream.of(StatisticsDefinition.values(), NearestDefinition.values())
                .flatMap(figures -> Defined.definitions(figures).stream())
                .toList();
    }
}
