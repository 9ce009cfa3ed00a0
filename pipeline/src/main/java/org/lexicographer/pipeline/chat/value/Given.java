package org.lexicographer.pipeline.chat.value;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.chat.syntax.TemplateException;

/**
 * What is given to a function, a macro, a method, a filter or a test.
 *
 * @param values by place
 * @param named by name
 */
public record Given(List<Object> values, Map<String, Object> named) {

    public static final Given NOTHING = new Given(List.of(), Map.of());

    /** Gives all but the value that comes first. */
    public Given rest() {
        return new Given(values.subList(1, values.size()), named);
    }

    /**
     * Returns what is given for each parameter, null for those without.
     *
     * @param what what it is given to, for messages
     * @throws TemplateException when more or others are given
     */
    public Object[] bind(String what, String... parameters) {
        List<String> names = List.of(parameters);
        if (values.size() > names.size()) {
            throw TemplateException.notKnown("arguments", what + "(...), " + values.size());
        }
        Object[] bound = new Object[names.size()];
        for (int i = 0; i < values.size(); i++) {
            bound[i] = values.get(i);
        }
        named.forEach(
                (name, value) -> {
                    int place = names.indexOf(name);
                    if (place < 0 || bound[place] != null) {
                        throw TemplateException.notKnown("argument", what + "(" + name + "=...)");
                    }
                    bound[place] = value;
                });
        return bound;
    }

    /** Returns a value that is a text, or empty where none is given. */
    public static Optional<String> text(String what, Object value) {
        if (value == null || value == Values.NONE) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw TemplateException.notKnown(
                "argument", "%s(%s)".formatted(what, Values.typeOf(value)));
    }

    /** Returns a value that is a whole number, or another one where none is given. */
    public static long number(String what, Object value, long otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Long number) {
            return number;
        }
        throw TemplateException.notKnown(
                "argument", "%s(%s)".formatted(what, Values.typeOf(value)));
    }

    /** Tells whether a value is given that holds. */
    public static boolean isTrue(Object value) {
        return value != null && Values.isTrue(value);
    }
}
