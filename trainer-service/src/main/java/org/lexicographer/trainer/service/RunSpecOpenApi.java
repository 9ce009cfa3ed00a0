package org.lexicographer.trainer.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.smallrye.openapi.runtime.io.OpenApiParser;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;

/** Puts the schema of run specs into the description of the service, as what is submitted. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class RunSpecOpenApi implements OASFilter {

    private static final String NAME = "run-spec";
    private static final String DEFINITIONS = "$defs";

    @Override
    public void filterOpenAPI(OpenAPI description) {
        ObjectNode schema = (ObjectNode) RunSpec.schema().toTree();
        JsonNode definitions = schema.remove(DEFINITIONS);
        if (description.getComponents() == null) {
            description.setComponents(OASFactory.createComponents());
        }
        for (Map.Entry<String, JsonNode> part : definitions.properties()) {
            String name = NAME + "." + part.getKey();
            description.getComponents().addSchema(name, parse(part.getValue()));
        }
        description.getComponents().addSchema(NAME, parse(schema));
        description
                .getPaths()
                .getPathItem("/runs")
                .getPOST()
                .getRequestBody()
                .getContent()
                .getMediaType("application/json")
                .setSchema(OASFactory.createSchema().ref(NAME));
    }

    private static Schema parse(JsonNode schema) {
        String text = new String(Json.write(schema), StandardCharsets.UTF_8);
        return OpenApiParser.parseSchema(
                text.replace("#/" + DEFINITIONS + "/", "#/components/schemas/" + NAME + "."));
    }
}
