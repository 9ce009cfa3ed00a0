package org.lexicographer.pipeline.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Says what is wrong with a value: the rule, then what was expected and what was found. */
final class Wording {

    static final String MISSING = "missing";

    private static final int LONGEST_QUOTE = 200;

    private Wording() {}

    /** Puts the first of a value's errors into words; one of a wrong type has no others. */
    static String of(List<Error> errors, JsonNode schema, JsonNode value) {
        Error first =
                errors.stream()
                        .filter(error -> error.getKeyword().equals("type"))
                        .findFirst()
                        .orElse(errors.getFirst());
        return switch (first.getKeyword()) {
            case "type" ->
                    "wrong type: expected=%s, found=%s"
                            .formatted(typeName(schema.path("type").asText()), quoted(value));
            case "enum", "const" ->
                    "unknown value: expected=%s, found=%s".formatted(values(schema), quoted(value));
            case "pattern" ->
                    "%s: expected=%s, found=%s"
                            .formatted(
                                    schema.path("patternErrorMessage").asText("not allowed"),
                                    schema.path("pattern").asText(),
                                    quoted(value));
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
                    "out of range: expected=%s, found=%s".formatted(range(schema), quoted(value));
            case "minItems" ->
                    "too few: least=%s, found=%d".formatted(schema.path("minItems"), value.size());
            default -> first.getMessage();
        };
    }

    static String unknownField(JsonNode properties) {
        List<String> known = properties.properties().stream().map(field -> field.getKey()).toList();
        return "unknown field: expected one of " + known.stream().sorted().toList();
    }

    static String quoted(JsonNode value) {
        String text =
                value.isObject() ? "object" : value.isArray() ? "list" : value.asText("nothing");
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }

    private static String values(JsonNode schema) {
        if (schema.has("const")) {
            return schema.get("const").asText();
        }
        return StreamSupport.stream(schema.path("enum").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining("|"));
    }

    private static String typeName(String type) {
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
