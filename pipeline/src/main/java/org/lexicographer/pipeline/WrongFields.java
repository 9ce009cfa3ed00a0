package org.lexicographer.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.pipeline.InvalidFieldsException.FieldError;

/**
 * What Jackson finds wrong while it binds one document to a record. Binding goes on after a wrong
 * field, so that all of them are named at once. For use by one thread, once.
 */
final class WrongFields extends DeserializationProblemHandler {

    /** What is said of a field that is not there. */
    static final String MISSING = "missing";

    private static final String WHOLE = "(whole)";
    private static final int LONGEST_QUOTE = 200;

    private final List<FieldError> errors = new ArrayList<>();

    /** Returns what to throw when there is anything wrong. */
    boolean isEmpty() {
        return errors.isEmpty();
    }

    /** Returns the exception that names everything that was found. */
    InvalidFieldsException exception(Throwable cause) {
        InvalidFieldsException wrong = new InvalidFieldsException(errors);
        if (cause != null) {
            wrong.initCause(cause);
        }
        return wrong;
    }

    /** Adds what made the parser or the binding break off. */
    void brokenOff(IOException e) {
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            String message = mapping.getOriginalMessage();
            if (message.equals(MISSING)) {
                add(path(mapping), MISSING);
            } else if (errors.isEmpty()) {
                add(path(mapping), "not readable: " + quoted(message));
            }
            return;
        }
        String message =
                e instanceof JsonProcessingException json
                        ? json.getOriginalMessage()
                        : e.getMessage();
        add(WHOLE, "not readable as JSON: " + quoted(message));
    }

    void nothing() {
        add(WHOLE, "not an object: expected=object, found=null");
    }

    @Override
    public boolean handleUnknownProperty(
            DeserializationContext context,
            JsonParser parser,
            JsonDeserializer<?> deserializer,
            Object beanOrClass,
            String name)
            throws IOException {
        Collection<Object> known = deserializer.getKnownPropertyNames();
        String expected =
                known == null
                        ? "no such field"
                        : known.stream().map(Object::toString).sorted().toList().toString();
        add(path(parser), "unknown field: expected one of " + expected);
        parser.skipChildren();
        return true;
    }

    @Override
    public Object handleUnexpectedToken(
            DeserializationContext context,
            JavaType target,
            JsonToken token,
            JsonParser parser,
            String failure)
            throws IOException {
        JsonStreamContext place = parser.getParsingContext();
        add(
                path(token.isStructStart() ? place.getParent() : place),
                wrongType(target.getRawClass(), found(token, parser)));
        parser.skipChildren();
        return zero(target.getRawClass());
    }

    @Override
    public Object handleWeirdStringValue(
            DeserializationContext context, Class<?> target, String value, String failure)
            throws IOException {
        add(path(context.getParser()), wrongValue(target, value));
        return zero(target);
    }

    @Override
    public Object handleWeirdNumberValue(
            DeserializationContext context, Class<?> target, Number value, String failure)
            throws IOException {
        add(path(context.getParser()), wrongValue(target, value.toString()));
        return zero(target);
    }

    /** A record that refuses its components names them; all else that it throws names itself. */
    @Override
    public Object handleInstantiationProblem(
            DeserializationContext context, Class<?> type, Object argument, Throwable cause)
            throws IOException {
        String path = pathOfObject(context.getParser());
        switch (innermost(cause)) {
            case InvalidFieldsException wrong ->
                    wrong.errors()
                            .forEach(
                                    error ->
                                            add(
                                                    below(path, error.field()),
                                                    quoted(error.message())));
            case IllegalArgumentException wrong -> add(path, quoted(wrong.getMessage()));
            case Throwable other -> {
                if (errors.isEmpty()) {
                    add(path, quoted(other.toString()));
                }
            }
        }
        leave(context.getParser());
        return null;
    }

    /** A record is made as soon as its last component is read; whatever follows is unknown. */
    private void leave(JsonParser parser) throws IOException {
        for (JsonToken token = parser.currentToken();
                token == JsonToken.FIELD_NAME;
                token = parser.nextToken()) {
            add(path(parser), "unknown field");
            parser.nextToken();
            parser.skipChildren();
        }
    }

    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** What follows from a field that is wrong already is no news. */
    private void add(String path, String message) {
        boolean told =
                errors.stream()
                        .map(FieldError::field)
                        .anyMatch(field -> field.equals(path) || path.startsWith(field + "."));
        if (!told) {
            errors.add(new FieldError(path, message));
        }
    }

    private static String below(String path, String field) {
        if (path.equals(WHOLE)) {
            return field;
        }
        return field.equals(WHOLE) ? path : path + "." + field;
    }

    private static String wrongType(Class<?> target, String found) {
        return "wrong type: expected=%s, found=%s".formatted(name(target), found);
    }

    private static String wrongValue(Class<?> target, String found) {
        return target.isEnum()
                ? "unknown value: expected=%s, found=%s".formatted(names(target), quoted(found))
                : wrongType(target, quoted(found));
    }

    private static String names(Class<?> type) {
        return Stream.of(type.getEnumConstants())
                .map(constant -> Json.toTree(constant).asText())
                .collect(Collectors.joining("|"));
    }

    private static String name(Class<?> type) {
        if (type == long.class
                || type == int.class
                || type == Long.class
                || type == Integer.class) {
            return "whole number";
        }
        if (type == double.class || type == Double.class) {
            return "number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "text";
        }
        if (type.isEnum()) {
            return names(type);
        }
        return Collection.class.isAssignableFrom(type) ? "list" : "object";
    }

    private static String found(JsonToken token, JsonParser parser) throws IOException {
        return switch (token) {
            case START_OBJECT, FIELD_NAME, END_OBJECT -> "object";
            case START_ARRAY, END_ARRAY -> "list";
            case VALUE_STRING -> '"' + quoted(parser.getText()) + '"';
            default -> quoted(parser.getText());
        };
    }

    private static String quoted(String text) {
        if (text == null) {
            return "nothing";
        }
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }

    private static Object zero(Class<?> type) {
        if (!type.isPrimitive()) {
            return null;
        }
        if (type == boolean.class) {
            return false;
        }
        if (type == long.class) {
            return 0L;
        }
        return type == double.class ? (Object) 0.0 : (Object) 0;
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            append(path, step.getFieldName(), step.getIndex());
        }
        return path.isEmpty() ? WHOLE : path.toString();
    }

    private static String path(JsonParser parser) {
        return path(parser.getParsingContext());
    }

    private static String pathOfObject(JsonParser parser) {
        boolean inside = parser.currentToken() == JsonToken.FIELD_NAME;
        JsonStreamContext context = parser.getParsingContext();
        return path(inside ? context.getParent() : context);
    }

    private static String path(JsonStreamContext innermost) {
        List<JsonStreamContext> steps = new ArrayList<>();
        for (JsonStreamContext step = innermost; step != null; step = step.getParent()) {
            steps.addFirst(step);
        }
        StringBuilder path = new StringBuilder();
        for (JsonStreamContext step : steps) {
            append(
                    path,
                    step.hasCurrentName() ? step.getCurrentName() : null,
                    step.inArray() ? step.getCurrentIndex() : -1);
        }
        return path.isEmpty() ? WHOLE : path.toString();
    }

    private static void append(StringBuilder path, String name, int index) {
        if (name != null) {
            path.append(path.isEmpty() ? "" : ".").append(quoted(name));
        } else if (index >= 0) {
            path.append('[').append(index).append(']');
        }
    }
}
