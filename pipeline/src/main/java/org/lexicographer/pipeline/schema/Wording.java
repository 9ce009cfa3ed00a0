package org.lexicographer.pipeline.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.lexicographer.pipeline.FieldError;

/** Says what is wrong with a value: the rule, then what was expected and what was found. */
final class Wording {

    private Wording() {}

    /** Puts the first of a value's errors into words; one of a wrong type has no others. */
    static FieldError of(String path, List<Error> errors, JsonNode schema, JsonNode value) {
        Error first =
                errors.stream()
                        .filter(error -> error.getKeyword().equals("type"))
                        .findFirst()
                        .orElse(errors.getFirst());
        return switch (first.getKeyword()) {
            case "type" -> FieldError.of(path, "wrong type", typeName(schema), quoted(value));
            case "enum", "const" ->
                    FieldError.of(path, "unknown value", values(schema), quoted(value));
            case "pattern" ->
                    FieldError.of(
                            path,
                            schema.path("patternErrorMessage").asText("not allowed"),
                            schema.path("pattern").asText(),
                            quoted(value));
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
                    FieldError.of(path, "out of range", range(schema), quoted(value));
            case "minItems" ->
                    FieldError.of(
                            path, "too few", "at least " + schema.path("minItems"), value.size());
            default -> FieldError.of(path, first.getMessage());
        };
    }

    static FieldError missing(String path, JsonNode schema) {
        boolean isChoice = schema.has("enum") || schema.has("const");
        return FieldError.of(
                path, FieldError.MISSING, isChoice ? values(schema) : typeName(schema), "nothing");
    }

    static FieldError unknownField(String path, JsonNode properties) {
        List<String> known = properties.properties().stream().map(field -> field.getKey()).toList();
        String name = path.substring(path.lastIndexOf('.') + 1);
        return FieldError.of(path, "unknown field", known.stream().sorted().toList(), name);
    }

    private static String quoted(JsonNode value) {
        return value.isObject() ? "object" : value.isArray() ? "list" : value.asText("nothing");
    }

    private static String values(JsonNode schema) {
        if (schema.has("const")) {
            return schema.get("const").asText();
        }
        return StreamSupport.stream(schema.path("enum").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining("|"));
    }

    private static String typeName(JsonNode schema) {
        String type = schema.path("type").asText();
        return switch (type) {
            case "integer" -> "whole number";
            case "string" -> "text";
            case "boolean" -> "true or false";
            case "array" -> "list";
            default -> type;
        };
    }

    private static String range(JsonNode schema) {
        List<String> bounds = new ArrayList<>();
        addBound(bounds, "above ", schema.path("exclusiveMinimum"));
        addBound(bounds, "at least ", schema.path("minimum"));
        addBound(bounds, "at most ", schema.path("maximum"));
        addBound(bounds, "below ", schema.path("exclusiveMaximum"));
        return String.join(" and ", bounds);
    }

    private static void addBound(List<String> bounds, String words, JsonNode bound) {
        if (bound.isNumber()) {
            bounds.add(words + bound.asText());
        }
    }
}
