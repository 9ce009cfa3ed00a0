package org.lexicographer.eval.service.latent;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.pipeline.message.Evaluation;

/** A path that names a dictionary, and the parameters that say which statistics of it. */
public class StatisticsPath {

    @BeanParam DictionaryPath dictionary;

    @QueryParam("step")
    @Parameter(description = "the checkpoint; the last one when it is missing")
    @Schema(type = SchemaType.INTEGER)
    Optional<String> step;

    @QueryParam("text")
    @DefaultValue(Evaluation.HELD_OUT)
    @Parameter(description = "the name of the text")
    String text;

    Optional<Long> wantedStep() {
        return step.map(DictionaryPath::step);
    }
}
