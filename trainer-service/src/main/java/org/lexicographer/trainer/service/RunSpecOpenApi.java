package org.lexicographer.trainer.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Puts the schema of run specs into the service's OpenAPI document, as the body of a submission.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class RunSpecOpenApi implements OASFilter {

    private static final String NAME = "run-spec";
    private static final String DEFINITIONS = "$defs";

    @Override
    public void filterOpenAPI(OpenAPI description) {
        if (description.getComponents() == null) {
            description.setComponents(OASFactory.createComponents());
        }
        parse(document()).forEach(description.getComponents()::addSchema);
        description
                .getPaths()
                .getPathItem("/runs")
                .getPOST()
                .getRequestBody()
                .getContent()
                .getMediaType("application/json")
                .setSchema(OASFactory.createSchema().ref(NAME));
    }

    /** Returns an OpenAPI document that has only the schema and its parts. */
    private static ObjectNode document() {
        ObjectNode schema = (ObjectNode) RunSpec.schema().toTree();
        JsonNode definitions = schema.remove(DEFINITIONS);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("openapi", "3.1.0");
        ObjectNode parts = document.putObject("components").putObject("schemas");
        definitions
                .properties()
                .forEach(part -> parts.set(NAME + "." + part.getKey(), part.getValue()));
        parts.set(NAME, schema);
        return document;
    }

    private static Map<String, Schema> parse(ObjectNode document) {
        String text =
                new String(Json.write(document), StandardCharsets.UTF_8)
                        .replace("#/" + DEFINITIONS + "/", "#/components/schemas/" + NAME + ".");
        return SmallRyeOpenAPI.builder()
                .enableStandardStaticFiles(false)
                .enableModelReader(false)
                .enableStandardFilter(false)
                .enableAnnotationScan(false)
                .withCustomStaticFile(
                        () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .build()
                .model()
                .getComponents()
                .getSchemas();
    }
}
