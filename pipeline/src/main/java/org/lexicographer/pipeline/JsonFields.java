package org.lexicographer.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;

/**
 * Reads the fields of a JSON object one by one and collects what is wrong with them, so that a user
 * learns of every wrong field at once. A wrong field yields its fallback and reading goes on;
 * {@link #check} then throws.
 */
public final class JsonFields {

    /** Beyond 2^53 a number with a point is not exact. */
    private static final double MAX_EXACT = 1L << 53;

    private final JsonNode object;
    private final String path;
    private final List<FieldError> errors;
    private final Set<String> known = new HashSet<>();

    private JsonFields(JsonNode object, String path, List<FieldError> errors) {
        this.object = object;
        this.path = path;
        this.errors = errors;
        if (!object.isObject() && !object.isMissingNode()) {
            errors.add(
                    new FieldError(
                            path.isEmpty() ? "(whole)" : path.substring(0, path.length() - 1),
                            "not an object: found=" + object.getNodeType()));
        }
    }

    /** Starts reading a whole document. */
    public static JsonFields of(JsonNode object) {
        return new JsonFields(object, "", new ArrayList<>());
    }

    /**
     * Ends the reading of a whole document.
     *
     * @throws InvalidFieldsException when any field of it was wrong
     */
    public void check() {
        close();
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
    }

    /** Ends the reading of this object: fields that nobody asked for are wrong. */
    public void close() {
        object.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                error(name, "unknown field: expected one of " + sortedKnown());
                            }
                        });
    }

    private List<String> sortedKnown() {
        return known.stream().sorted().toList();
    }

    /** Adds an error of a field of this object. */
    public void error(String field, String message) {
        errors.add(new FieldError(path + field, message));
    }

    /** Tells whether the object has the field with a value other than null. */
    public boolean has(String field) {
        known.add(field);
        return object.hasNonNull(field);
    }

    /** Reads a nested object; a missing one reads as an object without fields. */
    public <T> T nested(String field, Function<JsonFields, T> reader) {
        known.add(field);
        JsonNode node = object.hasNonNull(field) ? object.get(field) : MissingNode.getInstance();
        JsonFields fields = new JsonFields(node, path + field + ".", errors);
        T result = reader.apply(fields);
        fields.close();
        return result;
    }

    /** Reads a nested object that may be missing. */
    public <T> Optional<T> optionalNested(String field, Function<JsonFields, T> reader) {
        return has(field) ? Optional.of(nested(field, reader)) : Optional.empty();
    }

    /** Reads a list of objects. */
    public <T> List<T> objects(String field, Function<JsonFields, T> reader) {
        List<T> results = new ArrayList<>();
        elements(
                field,
                (node, name) -> {
                    JsonFields fields = new JsonFields(node, path + name + ".", errors);
                    results.add(reader.apply(fields));
                    fields.close();
                    return name;
                });
        return results;
    }

    /** Reads a list of texts, each by a parser that throws on a wrong one. */
    public <T> List<T> texts(String field, Function<String, T> parser) {
        List<T> results = new ArrayList<>();
        elements(
                field,
                (node, name) -> {
                    if (node.isTextual()) {
                        parsed(name, node.textValue(), parser).ifPresent(results::add);
                    } else {
                        error(name, "not a text: found=" + node);
                    }
                    return name;
                });
        return results;
    }

    /** Reads a list of whole numbers within the range; a missing one reads as empty. */
    public List<Long> integers(String field, long min, long max) {
        List<Long> results = new ArrayList<>();
        elements(
                field,
                (node, name) -> {
                    whole(node, name, min, max).ifPresent(results::add);
                    return name;
                });
        return results;
    }

    private void elements(String field, BiFunction<JsonNode, String, String> reader) {
        if (!has(field)) {
            return;
        }
        JsonNode list = object.get(field);
        if (!list.isArray()) {
            error(field, "not a list: found=" + list.getNodeType());
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            reader.apply(list.get(i), field + "[" + i + "]");
        }
    }

    /** Reads a text that must be there, by a parser that throws on a wrong one. */
    public <T> T text(String field, T fallback, Function<String, T> parser) {
        if (!has(field)) {
            error(field, "missing");
            return fallback;
        }
        return optionalText(field, parser).orElse(fallback);
    }

    /** Reads a text that may be missing, by a parser that throws on a wrong one. */
    public <T> Optional<T> optionalText(String field, Function<String, T> parser) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode node = object.get(field);
        if (!node.isTextual()) {
            error(field, "not a text: found=" + node);
            return Optional.empty();
        }
        return parsed(field, node.textValue(), parser);
    }

    private <T> Optional<T> parsed(String field, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            error(field, e.getMessage());
            return Optional.empty();
        }
    }

    /** Reads a whole number that must be there and lie within the range. */
    public long integer(String field, long min, long max) {
        if (!has(field)) {
            error(field, "missing");
            return min;
        }
        return optionalInteger(field, min, max).orElse(min);
    }

    /** Reads a whole number within the range, or takes the fallback when it is missing. */
    public long integer(String field, long min, long max, long fallback) {
        return has(field) ? integer(field, min, max) : fallback;
    }

    /** Reads a whole number within the range that may be missing. */
    public Optional<Long> optionalInteger(String field, long min, long max) {
        if (!has(field)) {
            return Optional.empty();
        }
        return whole(object.get(field), field, min, max);
    }

    /** A whole number may be written with a point, as tools do whose numbers all are so. */
    private Optional<Long> whole(JsonNode node, String field, long min, long max) {
        boolean integral = node.isIntegralNumber() && node.canConvertToLong();
        double number = node.doubleValue();
        boolean pointed =
                node.isFloatingPointNumber()
                        && number == Math.rint(number)
                        && Math.abs(number) <= MAX_EXACT;
        if (!integral && !pointed) {
            error(field, "not a whole number: found=" + node);
            return Optional.empty();
        }
        if (node.longValue() < min || node.longValue() > max) {
            error(field, "out of range: min=%d, max=%d, found=%s".formatted(min, max, node));
            return Optional.empty();
        }
        return Optional.of(node.longValue());
    }

    /** Reads a finite number that must be there and be at least {@code min}. */
    public double number(String field, double min) {
        if (!has(field)) {
            error(field, "missing");
            return min;
        }
        return finite(object.get(field), field, min);
    }

    private double finite(JsonNode node, String field, double min) {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            error(field, "not a number: found=" + node);
        } else if (node.doubleValue() < min) {
            error(field, "out of range: min=%s, found=%s".formatted(min, node));
        }
        return node.doubleValue();
    }

    /** Reads a finite number of at least {@code min}, or takes the fallback when it is missing. */
    public double number(String field, double min, double fallback) {
        return has(field) ? number(field, min) : fallback;
    }

    /** Reads a finite number of at least {@code min} that may be missing. */
    public Optional<Double> optionalNumber(String field, double min) {
        return has(field) ? Optional.of(number(field, min)) : Optional.empty();
    }

    /** Reads a list of finite numbers of at least {@code min}; a missing one reads as empty. */
    public List<Double> numbers(String field, double min) {
        List<Double> results = new ArrayList<>();
        elements(
                field,
                (node, name) -> {
                    results.add(finite(node, name, min));
                    return name;
                });
        return results;
    }

    /** Reads true or false, or takes the fallback when it is missing. */
    public boolean bool(String field, boolean fallback) {
        if (!has(field)) {
            return fallback;
        }
        JsonNode node = object.get(field);
        if (!node.isBoolean()) {
            error(field, "not true or false: found=" + node);
        }
        return node.asBoolean(fallback);
    }

    /**
     * Returns a parser of the lower-case names of an enum's constants, which throws on others and
     * says which there are.
     */
    public static <E extends Enum<E>> Function<String, E> choice(E[] values) {
        return text ->
                Arrays.stream(values)
                        .filter(value -> text.equals(lowerCase(value)))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "unknown value: expected=%s, found=%s"
                                                        .formatted(names(values), text)));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values).map(JsonFields::lowerCase).collect(Collectors.joining("|"));
    }
}
