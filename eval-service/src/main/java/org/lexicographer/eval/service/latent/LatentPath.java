package org.lexicographer.eval.service.latent;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.lexicographer.eval.service.DictionaryPath;

/** A path that names a latent, and the parameter that says of which checkpoint. */
public class LatentPath {

    @BeanParam DictionaryPath dictionary;

    @PathParam("latent")
    @Schema(type = SchemaType.INTEGER)
    String latent;

    @QueryParam("step")
    @Parameter(description = "the checkpoint; the last one when it is missing")
    @Schema(type = SchemaType.INTEGER)
    Optional<String> step;

    Optional<Long> wantedStep() {
        return step.map(DictionaryPath::step);
    }
}
