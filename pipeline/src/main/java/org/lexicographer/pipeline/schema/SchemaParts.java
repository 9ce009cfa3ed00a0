package org.lexicographer.pipeline.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Finds the parts of a schema that apply to a place of a document. */
final class SchemaParts {

    private static final String REF = "$ref";

    private final ObjectNode document;

    SchemaParts(ObjectNode document) {
        this.document = document;
    }

    /**
     * Returns what applies to a value: references are followed, what stands beside them comes
     * first, and of the types of an object the one that it names is taken.
     */
    JsonNode of(JsonNode schema, JsonNode value) {
        JsonNode followed = follow(schema);
        for (JsonNode choice : followed.path("allOf")) {
            if (isChosen(choice.path("if").path("properties"), value)) {
                return of(choice.path("then"), value);
            }
        }
        return followed;
    }

    private JsonNode follow(JsonNode schema) {
        JsonNode followed = schema;
        while (followed.has(REF)) {
            JsonNode target = follow(document.at(followed.get(REF).textValue().substring(1)));
            ObjectNode merged = target.deepCopy();
            merged.setAll((ObjectNode) followed);
            merged.remove(REF);
            followed = merged;
        }
        return followed;
    }

    private static boolean isChosen(JsonNode condition, JsonNode value) {
        return condition.properties().stream()
                .allMatch(
                        field -> field.getValue().path("const").equals(value.get(field.getKey())));
    }

    /** Returns something valid to stand in for what is wrong, so that the rest can be read. */
    JsonNode sample(JsonNode schema) {
        JsonNode part = of(schema, JsonNodeFactory.instance.missingNode());
        if (part.has("const")) {
            return part.get("const");
        }
        if (part.has("examples")) {
            return part.get("examples").get(0).deepCopy();
        }
        if (part.has("default")) {
            return part.get("default").deepCopy();
        }
        return part.path("type").asText().equals("array")
                ? document.arrayNode()
                : sampleObject(part);
    }

    private JsonNode sampleObject(JsonNode part) {
        ObjectNode sample = document.objectNode();
        fillSample(sample, part);
        fillSample(sample, of(part, sample));
        return sample;
    }

    private void fillSample(ObjectNode sample, JsonNode part) {
        for (JsonNode name : part.path("required")) {
            String field = name.textValue();
            if (!sample.has(field)) {
                sample.set(field, sample(part.path("properties").path(field)));
            }
        }
    }

    /** Returns whether a value has the shape that a schema wants of objects. */
    static boolean isObject(JsonNode schema, JsonNode value) {
        return schema.path("type").asText().equals("object") && value.isObject();
    }

    /** Returns whether a value has the shape that a schema wants of lists. */
    static boolean isList(JsonNode schema, JsonNode value) {
        return schema.path("type").asText().equals("array") && value.isArray();
    }

    /** Returns the path of a field: names with dots between them, numbers in brackets. */
    static String path(String parent, String field) {
        return parent.isEmpty() ? field : parent + "." + field;
    }

    static String path(String parent, int index) {
        return parent + "[" + index + "]";
    }
}
