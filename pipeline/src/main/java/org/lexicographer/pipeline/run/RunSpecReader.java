package org.lexicographer.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.schema.JsonSchema;
import org.lexicographer.pipeline.schema.Rules;
import org.lexicographer.pipeline.schema.SchemaReading;

/**
 * Reads run specs: single fields after the schema, then the defaults that depend on other fields,
 * then the rules across fields, of all of which the errors are named together.
 */
final class RunSpecReader {

    static final JsonSchema SCHEMA = JsonSchema.load("/schemas/run-spec.json");

    private static final JsonSchema RECIPE = SCHEMA.part("recipe");

    private RunSpecReader() {}

    static RunSpec read(JsonNode json) {
        SchemaReading reading = SCHEMA.read(json);
        Rules rules = reading.rules();
        if (!(reading.document() instanceof ObjectNode spec)) {
            rules.end();
            throw new IllegalStateException("valid after its schema, but no object: " + json);
        }
        spec.remove("$schema");
        complete(spec);
        RunSpec bound = Json.bind(spec, RunSpec.class);
        new RunSpecRules(bound, rules).check();
        rules.end();
        return bound;
    }

    static RecipeSpec recipe(JsonNode json, int steps) {
        SchemaReading reading = RECIPE.read(json);
        reading.rules().end();
        ObjectNode recipe = (ObjectNode) reading.document();
        RecipeSpec.complete(recipe, steps);
        return RecipeSpec.of(recipe);
    }

    private static void complete(ObjectNode spec) {
        ObjectNode training = spec.withObject("/training");
        int steps = training.path("steps").intValue();
        training.putIfAbsent("checkpointSteps", IntNode.valueOf(Math.max(1, steps / 10)));
        training.withObject("/tokens/positions").putIfAbsent("to", spec.get("contextLength"));
        for (JsonNode recipe : spec.withArray("/recipes")) {
            RecipeSpec.complete((ObjectNode) recipe, steps);
        }
    }
}
