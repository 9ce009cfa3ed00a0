package org.lexicographer.languagemodel.family;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Predicate;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelJson;

/**
 * The values of a {@code config.json}, or of an object within one; a value of the wrong kind is
 * named with what was found. An absent value and {@code null} are the same.
 */
public final class ModelConfig {

    private static final String FILE_NAME = "config.json";

    private final JsonNode values;
    private final String file;

    private ModelConfig(JsonNode values, String file) {
        this.values = values;
        this.file = file;
    }

    /**
     * Reads a model's configuration.
     *
     * @throws InvalidModelException when there is no such file, or it is not a JSON object
     */
    public static ModelConfig read(ModelFiles files) {
        JsonNode values = ModelJson.read(files, FILE_NAME);
        String file = files.nameOf(FILE_NAME);
        if (values.isMissingNode()) {
            throw new InvalidModelException("not a model folder: missing file=" + file);
        }
        return new ModelConfig(values, file);
    }

    /** Returns a positive integer that must be there. */
    public int size(String key) {
        return find(
                        key,
                        "a positive integer",
                        v -> v.canConvertToInt() && v.isIntegralNumber() && v.intValue() > 0)
                .orElseThrow(
                        () ->
                                new InvalidModelException(
                                        "model configuration lacks a value: key=%s, file=%s"
                                                .formatted(key, file)))
                .intValue();
    }

    /** Returns a finite number, if there. */
    public Optional<Double> number(String key) {
        return find(key, "a number", v -> v.isNumber() && Double.isFinite(v.doubleValue()))
                .map(JsonNode::doubleValue);
    }

    /** Returns true or false, if there. */
    public Optional<Boolean> flag(String key) {
        return find(key, "true or false", JsonNode::isBoolean).map(JsonNode::booleanValue);
    }

    /** Returns a text, if there. */
    public Optional<String> text(String key) {
        return find(key, "a text", JsonNode::isTextual).map(JsonNode::textValue);
    }

    /** Returns an object, if there. */
    public Optional<ModelConfig> object(String key) {
        return find(key, "an object", JsonNode::isObject).map(v -> new ModelConfig(v, file));
    }

    /** Returns an error about one of the values, which names the file. */
    public InvalidModelException invalid(String key, String expected, Object found) {
        return new InvalidModelException(
                "model configuration can't be used: expected %s=%s, found=%s, file=%s"
                        .formatted(key, expected, found, file));
    }

    private Optional<JsonNode> find(String key, String expected, Predicate<JsonNode> valid) {
        JsonNode value = values.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!valid.test(value)) {
            throw invalid(key, expected, value);
        }
        return Optional.of(value);
    }
}
