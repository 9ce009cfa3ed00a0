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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Jackson finds wrong while it binds one document to a record. Binding continues after a wrong
 * field, so that all of them are named at once. For use by one thread, once.
 */
final class WrongFields extends DeserializationProblemHandler {

    private final Function<Object, String> nameOf;
    private final List<FieldError> errors = new ArrayList<>();

    /**
     * Found nothing yet.
     *
     * @param nameOf how a constant is written in JSON
     */
    WrongFields(Function<Object, String> nameOf) {
        this.nameOf = nameOf;
    }

    /** Tells whether nothing was found. */
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
            if (message.equals(FieldError.MISSING)) {
                add(path(mapping), FieldError.MISSING);
            } else if (errors.isEmpty()) {
                add(path(mapping), "not readable: " + message);
            }
            return;
        }
        String message =
                e instanceof JsonProcessingException json
                        ? json.getOriginalMessage()
                        : e.getMessage();
        add(FieldError.WHOLE, "not readable as JSON: " + message);
    }

    void nothing() {
        add(FieldError.of(FieldError.WHOLE, "not an object", "object", "null"));
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
        List<String> expected =
                known == null ? null : known.stream().map(Object::toString).sorted().toList();
        add(FieldError.of(path(parser), "unknown field", expected, name));
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
        String path = path(token.isStructStart() ? place.getParent() : place);
        add(wrongType(path, target.getRawClass(), found(token, parser)));
        parser.skipChildren();
        return zero(target.getRawClass());
    }

    @Override
    public Object handleWeirdStringValue(
            DeserializationContext context, Class<?> target, String value, String failure)
            throws IOException {
        add(wrongValue(path(context.getParser()), target, value));
        return zero(target);
    }

    @Override
    public Object handleWeirdNumberValue(
            DeserializationContext context, Class<?> target, Number value, String failure)
            throws IOException {
        add(wrongValue(path(context.getParser()), target, value.toString()));
        return zero(target);
    }

    /** A record that refuses its components says which; any other exception speaks for itself. */
    @Override
    public Object handleInstantiationProblem(
            DeserializationContext context, Class<?> type, Object argument, Throwable cause)
            throws IOException {
        String path = pathOfObject(context.getParser());
        switch (innermost(cause)) {
            case InvalidFieldsException wrong ->
                    wrong.errors().forEach(error -> add(error.at(below(path, error.field()))));
            case IllegalArgumentException wrong -> add(BrokenRuleException.in(path, wrong));
            case Throwable other -> {
                if (errors.isEmpty()) {
                    add(path, other.toString());
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
            add(FieldError.of(path(parser), "unknown field", null, parser.currentName()));
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

    private void add(String path, String rule) {
        add(FieldError.of(path, rule));
    }

    /** What follows from a field that is wrong already is no news. */
    private void add(FieldError error) {
        String path = error.field();
        boolean told =
                errors.stream()
                        .map(FieldError::field)
                        .anyMatch(field -> field.equals(path) || path.startsWith(field + "."));
        if (!told) {
            errors.add(error);
        }
    }

    private static String below(String path, String field) {
        if (path.equals(FieldError.WHOLE)) {
            return field;
        }
        return field.equals(FieldError.WHOLE) ? path : path + "." + field;
    }

    private FieldError wrongType(String path, Class<?> target, String found) {
        return FieldError.of(path, "wrong type", name(target), found);
    }

    private FieldError wrongValue(String path, Class<?> target, String found) {
        return target.isEnum()
                ? FieldError.of(path, "unknown value", names(target), found)
                : wrongType(path, target, found);
    }

    private String names(Class<?> type) {
        return Stream.of(type.getEnumConstants()).map(nameOf).collect(Collectors.joining("|"));
    }

    private String name(Class<?> type) {
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
            case VALUE_STRING -> '"' + parser.getText() + '"';
            default -> parser.getText();
        };
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
        return path.isEmpty() ? FieldError.WHOLE : path.toString();
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
        return path.isEmpty() ? FieldError.WHOLE : path.toString();
    }

    private static void append(StringBuilder path, String name, int index) {
        if (name != null) {
            path.append(path.isEmpty() ? "" : ".").append(Quotes.shortened(name));
        } else if (index >= 0) {
            path.append('[').append(index).append(']');
        }
    }
}
