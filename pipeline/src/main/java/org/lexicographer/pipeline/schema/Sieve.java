package org.lexicographer.pipeline.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.pipeline.FieldError;

/**
 * Parts what is valid in a document from what is not. It walks through the document in the order of
 * the schema, puts what the validator found wrong into words, puts something valid in its place,
 * and fills in defaults. For use by one thread, once.
 */
final class Sieve {

    private final SchemaParts parts;
    private final Map<String, List<Error>> found = new LinkedHashMap<>();
    private final List<FieldError> errors = new ArrayList<>();
    private final Set<String> wrong = new HashSet<>();

    Sieve(SchemaParts parts, List<Error> errors) {
        this.parts = parts;
        for (Error error : errors) {
            found.computeIfAbsent(path(error), path -> new ArrayList<>()).add(error);
        }
    }

    private static String path(Error error) {
        NodePath location = error.getInstanceLocation();
        String path = "";
        for (int i = 0; i < location.getNameCount(); i++) {
            path =
                    location.getElement(i) instanceof Integer index
                            ? SchemaParts.path(path, index)
                            : SchemaParts.path(path, location.getElement(i).toString());
        }
        boolean isOfField =
                error.getKeyword().equals("required")
                        || error.getKeyword().equals("additionalProperties");
        return isOfField ? SchemaParts.path(path, error.getProperty()) : path;
    }

    SchemaReading sift(JsonNode document, JsonNode schema) {
        JsonNode sifted = sift(document, schema, "").orElseGet(() -> filledSample(schema, ""));
        found.forEach((path, left) -> add(FieldError.of(path, left.getFirst().getMessage())));
        return new SchemaReading(sifted, errors, wrong);
    }

    /** Returns the value as far as it is valid, or empty when it is wrong as a whole. */
    private Optional<JsonNode> sift(JsonNode value, JsonNode schema, String path) {
        JsonNode part = parts.of(schema, value);
        List<Error> mine = found.remove(path);
        if (mine != null) {
            add(Wording.of(path, mine, part, value));
            return Optional.empty();
        }
        if (SchemaParts.isObject(part, value)) {
            return siftObject((ObjectNode) value, part, path);
        }
        if (SchemaParts.isList(part, value)) {
            return Optional.of(siftList((ArrayNode) value, part, path));
        }
        boolean isWhole = part.path("type").asText().equals("integer");
        return Optional.of(isWhole && value.isFloatingPointNumber() ? whole(value) : value);
    }

    /** Returns a whole number that was written with a point, such as 7.0, without it. */
    private static JsonNode whole(JsonNode value) {
        return value.canConvertToInt()
                ? IntNode.valueOf(value.intValue())
                : LongNode.valueOf(value.longValue());
    }

    private Optional<JsonNode> siftObject(ObjectNode object, JsonNode part, String path) {
        JsonNode properties = part.path("properties");
        Set<String> required = new HashSet<>();
        part.path("required").forEach(name -> required.add(name.textValue()));
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            String name = property.getKey();
            JsonNode schema = property.getValue();
            String field = SchemaParts.path(path, name);
            siftField(object, name, schema, field)
                    .or(
                            () ->
                                    required.contains(name)
                                            ? Optional.of(filledSample(schema, field))
                                            : defaultOf(schema, field))
                    .ifPresentOrElse(value -> object.set(name, value), () -> object.remove(name));
        }
        removeUnknown(object, properties, path);
        if (part.has("allOf")) {
            // The field that chooses the object's type is wrong, so nothing can be said of the
            // object.
            wrong.add(path);
            return Optional.empty();
        }
        return Optional.of(object);
    }

    private Optional<JsonNode> siftField(
            ObjectNode object, String name, JsonNode schema, String path) {
        if (object.has(name)) {
            return sift(object.get(name), schema, path);
        }
        if (found.remove(path) != null) {
            add(Wording.missing(path, parts.of(schema, MissingNode.getInstance())));
        }
        return Optional.empty();
    }

    private void removeUnknown(ObjectNode object, JsonNode properties, String path) {
        Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
        while (fields.hasNext()) {
            String field = SchemaParts.path(path, fields.next().getKey());
            if (found.remove(field) != null) {
                add(Wording.unknownField(field, properties));
                fields.remove();
            }
        }
    }

    private ArrayNode siftList(ArrayNode list, JsonNode part, String path) {
        ArrayNode sifted = list.arrayNode();
        JsonNode items = part.path("items");
        for (int i = 0; i < list.size(); i++) {
            JsonNode element = list.get(i);
            String field = SchemaParts.path(path, i);
            sift(element, items, field)
                    .or(() -> elementInPlaceOf(items, field))
                    .ifPresent(sifted::add);
        }
        return sifted;
    }

    /** Objects keep their places, so that errors of those after them name the right ones. */
    private Optional<JsonNode> elementInPlaceOf(JsonNode items, String path) {
        boolean areObjects =
                SchemaParts.isObject(
                        parts.of(items, MissingNode.getInstance()),
                        JsonNodeFactory.instance.objectNode());
        return areObjects ? Optional.of(filledSample(items, path)) : Optional.empty();
    }

    private Optional<JsonNode> defaultOf(JsonNode schema, String path) {
        JsonNode part = parts.of(schema, MissingNode.getInstance());
        return part.has("default")
                ? sift(part.get("default").deepCopy(), schema, path)
                : Optional.empty();
    }

    private JsonNode filledSample(JsonNode schema, String path) {
        return sift(parts.sample(schema), schema, path).orElseThrow();
    }

    private void add(FieldError error) {
        wrong.add(error.field());
        errors.add(error.field().isEmpty() ? error.at(FieldError.WHOLE) : error);
    }
}
