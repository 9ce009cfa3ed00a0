package org.lexicographer.pipeline.dataset.fields;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;

/**
 * Where in a record a value is: a field, or names with dots between them for a field within others,
 * such as {@code conversation.content}. A list on the way stands for all its elements. A field of
 * the record whose own name is the whole path comes first.
 *
 * @param text the path as written
 */
public record FieldPath(String text) {

    public FieldPath {
        requireNonNull(text, "text is null");
    }

    /** Returns the names from the record to the value. */
    public List<String> names() {
        List<String> names = List.of(text.split("\\.", -1));
        return names.contains("") ? List.of(text) : names;
    }

    /** Tells whether the value lies in a field of this name, or is one. */
    boolean beginsAt(String field) {
        return field.equals(text) || field.equals(names().getFirst());
    }

    /** Tells whether the value lies within another field. */
    boolean isDeep() {
        return names().size() > 1;
    }

    /**
     * Returns the value; where lists are on the way, a list of the values of all elements. Missing
     * where the record, or any element, lacks it.
     */
    JsonNode in(JsonNode record) {
        JsonNode whole = record.path(text);
        return whole.isMissingNode() ? descend(record, names()) : whole;
    }

    private static JsonNode descend(JsonNode node, List<String> names) {
        if (names.isEmpty()) {
            return node;
        }
        if (!node.isArray()) {
            return descend(node.path(names.getFirst()), names.subList(1, names.size()));
        }
        ArrayNode values = JsonNodeFactory.instance.arrayNode();
        for (JsonNode element : node) {
            JsonNode value = descend(element, names);
            if (value.isMissingNode()) {
                return MissingNode.getInstance();
            }
            values.add(value);
        }
        return values;
    }

    @Override
    public String toString() {
        return text;
    }
}
