package org.lexicographer.eval.service;

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
import org.lexicographer.eval.metric.MetricDefinition;
import org.lexicographer.eval.service.openapi.RunExamples;

/** Says what the figures mean. */
@Path("/metric-definitions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "metrics")
public class MetricResource {

    /**
     * What a figure means.
     *
     * @param id the name under which it is reported
     * @param version the version of the definition
     * @param unit what it counts or measures
     * @param formula how it is computed
     * @param over the tokens that it is over
     * @param source who defined it
     */
    public record Description(
            String id, int version, String unit, String formula, String over, String source) {

        static Description of(MetricDefinition metric) {
            return new Description(
                    metric.id(),
                    metric.version(),
                    metric.unit(),
                    metric.formula(),
                    metric.over(),
                    metric.source());
        }
    }

    @GET
    @Operation(summary = "List what the figures of an evaluation mean")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = Description.class),
                            examples = @ExampleObject(name = "one", value = RunExamples.METRICS)))
    public List<Description> list() {
        return Stream.of(MetricDefinition.values()).map(Description::of).toList();
    }
}
