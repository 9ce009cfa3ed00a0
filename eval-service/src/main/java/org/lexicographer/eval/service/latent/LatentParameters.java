package org.lexicographer.eval.service.latent;

import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.lexicographer.eval.latent.result.LatentQuery;

/** The query of a list of latents. */
public class LatentParameters {

    @QueryParam("sort")
    @Parameter(
            description =
                    "latent, density, max, min, mean or contexts, after a hyphen for the largest"
                            + " first; -density when it is missing")
    Optional<String> sort;

    @QueryParam("min")
    @Parameter(description = "the least that the column may be that is sorted by")
    @Schema(type = SchemaType.NUMBER)
    Optional<String> min;

    @QueryParam("max")
    @Parameter(description = "the most that it may be")
    @Schema(type = SchemaType.NUMBER)
    Optional<String> max;

    /** What is looked for. */
    @QueryParam("q")
    @Parameter(
            description =
                    "a part of a token on which latents are the most active, or of what somebody"
                            + " says that they stand for")
    Optional<String> text;

    @QueryParam("page")
    @Parameter(description = "from 1, of a hundred latents each")
    @Schema(type = SchemaType.INTEGER)
    Optional<String> page;

    LatentQuery query() {
        return LatentQuery.read(sort, min, max, text, page);
    }
}
