package org.lexicographer.pipeline.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * A published JSON Schema, draft 2020-12, or a part of one.
 *
 * <p>Beside the vocabulary of the draft it may have {@code patternErrorMessage}, the rule that a
 * pattern stands for, and {@code x-default}, in words, for a default that depends on other fields.
 * Where a field chooses between types of an object, each type is an {@code if} with the field's
 * constant and a {@code then} with its part, in an {@code allOf}. A required field has {@code
 * examples}.
 */
public final class JsonSchema {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    builder ->
                            builder.schemaRegistryConfig(
                                    // 7.0 is a whole number.
                                    SchemaRegistryConfig.builder()
                                            .losslessNarrowing(true)
                                            .build()));

    private final byte[] text;
    private final ObjectNode document;
    private final Schema validator;

    private JsonSchema(byte[] text, ObjectNode document) {
        this.text = text;
        this.document = document;
        this.validator = REGISTRY.getSchema(document);
    }

    /**
     * Loads a schema.
     *
     * @param resource its absolute name on the class path: {@code "/schemas/run-spec.json"}
     */
    public static JsonSchema load(String resource) {
        try (InputStream in = JsonSchema.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("schema not found: resource=" + resource);
            }
            byte[] text = in.readAllBytes();
            return new JsonSchema(text, (ObjectNode) Json.tree(text));
        } catch (IOException e) {
            throw new UncheckedIOException("schema not readable: resource=" + resource, e);
        }
    }

    /** Returns the schema of a part, one of the {@code $defs}. */
    public JsonSchema part(String name) {
        ObjectNode part = document.objectNode();
        part.set("$schema", document.get("$schema"));
        part.put("$id", document.path("$id").asText() + ":" + name);
        part.put("$ref", "#/$defs/" + name);
        part.set("$defs", document.get("$defs"));
        return new JsonSchema(Json.write(part), part);
    }

    /** Returns the schema as UTF-8 JSON, as it is published. */
    public byte[] toJson() {
        return text.clone();
    }

    /** Returns a copy of the schema's tree. */
    public JsonNode toTree() {
        return document.deepCopy();
    }

    /**
     * Binds a document, which is not changed, to a record, with the defaults that the schema has.
     *
     * @throws InvalidFieldsException naming every wrong field
     */
    public <T> T bind(JsonNode instance, Class<T> type) {
        SchemaReading reading = read(instance);
        reading.rules().end();
        return Json.bind(reading.document(), type);
    }

    /** Reads a document, which is not changed; nothing is thrown for what is wrong with it. */
    public SchemaReading read(JsonNode instance) {
        SchemaParts parts = new SchemaParts(document);
        JsonNode filled = new Preparation(parts).prepare(instance.deepCopy(), document);
        return new Sieve(parts, validator.validate(filled)).sift(filled, document);
    }
}
