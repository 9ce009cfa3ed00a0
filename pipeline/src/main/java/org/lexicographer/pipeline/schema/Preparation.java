package org.lexicographer.pipeline.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;

/**
 * What happens to a document before it is validated: null counts as left out, and an object or list
 * that must be there and is not counts as empty, so that the fields that it lacks are named. A
 * number beyond all ranges is no number. An object whose fields the schema leaves open stays as it
 * is.
 */
final class Preparation {

    private static final String TYPE = "type";

    private final SchemaParts parts;

    Preparation(SchemaParts parts) {
        this.parts = parts;
    }

    JsonNode prepare(JsonNode value, JsonNode schema) {
        JsonNode part = parts.of(schema, value);
        if (SchemaParts.isObject(part, value)) {
            prepareObject((ObjectNode) value, part);
        } else if (SchemaParts.isList(part, value)) {
            ArrayNode list = (ArrayNode) value;
            for (int i = 0; i < list.size(); i++) {
                list.set(i, prepare(list.get(i), part.path("items")));
            }
        }
        boolean isBeyondRange = value.isNumber() && !Double.isFinite(value.doubleValue());
        return isBeyondRange ? new POJONode(value.asText()) : value;
    }

    private void prepareObject(ObjectNode object, JsonNode part) {
        JsonNode fields = part.path("properties");
        if (fields.isMissingNode()) {
            return;
        }
        object.properties().removeIf(field -> field.getValue().isNull());
        for (JsonNode name : part.path("required")) {
            putEmpty(object, name.textValue(), fields.path(name.textValue()));
        }
        object.properties()
                .forEach(
                        field ->
                                field.setValue(
                                        prepare(field.getValue(), fields.path(field.getKey()))));
    }

    private void putEmpty(ObjectNode object, String name, JsonNode schema) {
        if (object.has(name)) {
            return;
        }
        String type = parts.of(schema, object.missingNode()).path(TYPE).asText();
        if (type.equals("object")) {
            object.putObject(name);
        } else if (type.equals("array")) {
            object.putArray(name);
        }
    }
}
