package org.lexicographer.languagemodel.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelJson;
import org.lexicographer.languagemodel.layer.ActivationFunction;

/**
 * The values of a {@code config.json}, or of an object within one; a value of the wrong kind is
 * named with what was found. An absent value and {@code null} are the same, except to {@link
 * #says}. It knows which values have been asked for, so that one that nobody knows is found.
 */
public final class ModelConfig {

    private static final String FILE_NAME = "config.json";
    private static final int MAX_LAYERS = 9999;

    private final JsonNode values;
    private final String file;
    private final Set<String> asked = new HashSet<>();
    private final List<ModelConfig> parts = new ArrayList<>();

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

    /** Tells whether there is such a key, be it with {@code null}. */
    public boolean says(String key) {
        asked.add(key);
        return values.has(key);
    }

    /** Tells whether the object is empty. */
    boolean isEmpty() {
        return values.isEmpty();
    }

    /** Returns a positive integer that must be there. */
    public int size(String key) {
        OptionalInt size = optionalSize(key);
        if (size.isEmpty()) {
            throw new InvalidModelException(
                    "model configuration lacks a value: key=%s, file=%s".formatted(key, file));
        }
        return size.getAsInt();
    }

    /** Returns the number of layers, which must be there, and of which a site can name the last. */
    public int layers(String key) {
        int layers = size(key);
        if (layers > MAX_LAYERS) {
            throw invalid(key, "at most " + MAX_LAYERS, layers);
        }
        return layers;
    }

    /** Returns a positive integer that must be there and divide another. */
    public int divisor(String key, String dividend) {
        int divisor = size(key);
        if (size(dividend) % divisor != 0) {
            throw invalid(key, "a divisor of " + dividend, divisor);
        }
        return divisor;
    }

    /** Returns the usual width of an MLP. */
    public int fourTimes(String key) {
        int size = size(key);
        if (size > Integer.MAX_VALUE / 4) {
            throw invalid(key, "at most " + Integer.MAX_VALUE / 4, size);
        }
        return 4 * size;
    }

    /** Returns a positive integer, if there. */
    public OptionalInt optionalSize(String key) {
        Optional<JsonNode> value =
                find(
                        key,
                        "a positive integer",
                        v -> v.canConvertToInt() && v.isIntegralNumber() && v.intValue() > 0);
        return value.map(v -> OptionalInt.of(v.intValue())).orElseGet(OptionalInt::empty);
    }

    /** Returns an integer from 0, if there. */
    public OptionalInt optionalCount(String key) {
        Optional<JsonNode> value =
                find(
                        key,
                        "an integer from 0",
                        v -> v.canConvertToInt() && v.isIntegralNumber() && v.intValue() >= 0);
        return value.map(v -> OptionalInt.of(v.intValue())).orElseGet(OptionalInt::empty);
    }

    /** Returns a finite number, if there. */
    public Optional<Double> number(String key) {
        return find(key, "a number", v -> v.isNumber() && Double.isFinite(v.doubleValue()))
                .map(JsonNode::doubleValue);
    }

    /** Returns a finite number above 0, if there. */
    public Optional<Double> positive(String key) {
        Optional<Double> number = number(key);
        if (number.isPresent() && !(number.get() > 0)) {
            throw invalid(key, "a positive number", number.get());
        }
        return number;
    }

    /** Returns what a norm adds to keep its division finite. */
    public float epsilon(String key, double whenAbsent) {
        double epsilon = number(key).orElse(whenAbsent);
        if (!(epsilon >= 0 && epsilon <= Float.MAX_VALUE)) {
            throw invalid(key, "a number of float32 from 0", epsilon);
        }
        return (float) epsilon;
    }

    /** Returns an activation function, if there. */
    public Optional<ActivationFunction> activation(String key) {
        return text(key)
                .map(
                        name ->
                                ActivationFunction.find(name)
                                        .orElseThrow(
                                                () ->
                                                        invalid(
                                                                key,
                                                                "a known activation function",
                                                                name)));
    }

    /** Returns true or false, if there. */
    public Optional<Boolean> flag(String key) {
        return find(key, "true or false", JsonNode::isBoolean).map(JsonNode::booleanValue);
    }

    /** Returns a text, if there. */
    public Optional<String> text(String key) {
        return find(key, "a text", JsonNode::isTextual).map(JsonNode::textValue);
    }

    /** Returns a list of texts, if there. */
    public Optional<List<String>> texts(String key) {
        return list(key, "a list of texts", JsonNode::isTextual)
                .map(values -> values.stream().map(JsonNode::textValue).toList());
    }

    /** Returns a list of values of one kind, if there. */
    public Optional<List<JsonNode>> list(String key, String expected, Predicate<JsonNode> valid) {
        return find(
                        key,
                        expected,
                        v ->
                                v.isArray()
                                        && StreamSupport.stream(v.spliterator(), false)
                                                .allMatch(valid))
                .map(v -> StreamSupport.stream(v.spliterator(), false).toList());
    }

    /** Returns an object, if there. */
    public Optional<ModelConfig> object(String key) {
        Optional<ModelConfig> part =
                find(key, "an object", JsonNode::isObject).map(v -> new ModelConfig(v, file));
        part.ifPresent(parts::add);
        return part;
    }

    /** Returns an error about one of the values, which names the file. */
    public InvalidModelException invalid(String key, String expected, Object found) {
        return new InvalidModelException(
                "model configuration can't be used: expected %s=%s, found=%s, file=%s"
                        .formatted(key, expected, found, file));
    }

    /**
     * Checks that each value, here and in the objects within, has been asked for or is known to
     * have no effect: any other may change what the model computes.
     *
     * @throws InvalidModelException naming a value that nobody knows
     */
    public void requireAllKnown() {
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            requireKnown(value.getKey(), value.getValue());
        }
        parts.forEach(ModelConfig::requireAllKnown);
    }

    private void requireKnown(String key, JsonNode value) {
        boolean empty = value.isNull() || value.isContainerNode() && value.isEmpty();
        if (empty || asked.contains(key) || IgnoredSettings.contains(key)) {
            return;
        }
        if (!IgnoredSettings.SWITCHES.contains(key)) {
            throw invalid(key, "no such setting in this family", value);
        }
        if (flag(key).orElse(false)) {
            throw invalid(key, "false", true);
        }
    }

    private Optional<JsonNode> find(String key, String expected, Predicate<JsonNode> valid) {
        asked.add(key);
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
