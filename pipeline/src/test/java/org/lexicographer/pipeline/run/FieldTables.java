package org.lexicographer.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes the fields of a schema as tables of a page, one row for each. */
final class FieldTables {

    private static final String HEAD =
            "| field | values | default | what it is |\n|---|---|---|---|\n";

    private final JsonNode schema;

    FieldTables(JsonNode schema) {
        this.schema = schema;
    }

    /** Returns the table of the whole document, without the parts that have tables of their own. */
    String ofRun() {
        return HEAD + rows(schema, "", Set.of("$schema", "training", "recipes"));
    }

    /** Returns the table of a part, without fields that have tables of their own. */
    String ofPart(String part, String... without) {
        return HEAD + rows(schema.path("$defs").path(part), "", Set.of(without));
    }

    /** Returns the table of what a type of recipe has beside the fields of every recipe. */
    String ofType(String type) {
        ObjectNode own = schema.path("$defs").path(type).deepCopy();
        JsonNode basics = schema.path("$defs").path("basics").path("properties");
        ((ObjectNode) own.path("properties"))
                .properties()
                .removeIf(
                        field ->
                                field.getKey().equals("type")
                                        || basics.has(field.getKey())
                                                && field.getValue().size() == 1);
        return HEAD + rows(own, "", Set.of());
    }

    private String rows(JsonNode object, String prefix, Set<String> without) {
        List<String> required = new ArrayList<>();
        object.path("required").forEach(name -> required.add(name.asText()));
        return object.path("properties").properties().stream()
                .filter(field -> !without.contains(field.getKey()))
                .map(field -> rows(field, prefix, required.contains(field.getKey())))
                .collect(Collectors.joining());
    }

    private String rows(Map.Entry<String, JsonNode> field, String prefix, boolean isRequired) {
        JsonNode part = follow(field.getValue());
        String name = prefix + field.getKey();
        if (part.has("properties")) {
            String whole =
                    part.has("x-default")
                            ? "| `%s` | object | none | %s |\n"
                                    .formatted(name, part.path("description").asText())
                            : "";
            return whole + rows(part, name + ".", Set.of());
        }
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        name,
                        values(part),
                        isRequired ? "" : defaultOf(part),
                        part.path("description").asText());
    }

    private JsonNode follow(JsonNode part) {
        if (!part.has("$ref")) {
            return part;
        }
        ObjectNode target = follow(schema.at(part.get("$ref").asText().substring(1))).deepCopy();
        target.setAll((ObjectNode) part);
        return target;
    }

    private String values(JsonNode part) {
        if (part.has("enum")) {
            return StreamSupport.stream(part.get("enum").spliterator(), false)
                    .map(value -> "`" + value.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        return switch (part.path("type").asText()) {
            case "boolean" -> "`true`, `false`";
            case "integer" -> bounds("whole number", part);
            case "array" -> "list of " + values(follow(part.path("items")));
            case "string" -> "text";
            default -> bounds(part.path("type").asText(), part);
        };
    }

    private static String bounds(String type, JsonNode part) {
        StringBuilder text = new StringBuilder(type);
        long least = part.path("minimum").asLong(Long.MIN_VALUE);
        if (least != Long.MIN_VALUE) {
            text.append(", at least ").append(least);
        }
        if (part.has("exclusiveMinimum")) {
            text.append(", above ").append(part.path("exclusiveMinimum").asText());
        }
        if (part.path("maximum").asLong(Integer.MAX_VALUE) < Integer.MAX_VALUE) {
            text.append(", at most ").append(part.path("maximum").asText());
        }
        if (part.has("exclusiveMaximum")) {
            text.append(", below ").append(part.path("exclusiveMaximum").asText());
        }
        return text.toString();
    }

    private static String defaultOf(JsonNode part) {
        JsonNode value = part.path("default");
        if (value.isMissingNode()) {
            return part.path("x-default").asText();
        }
        return "`" + (value.isTextual() ? value.asText() : value) + "`";
    }
}
