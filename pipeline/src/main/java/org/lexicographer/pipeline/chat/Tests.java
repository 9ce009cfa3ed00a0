package org.lexicographer.pipeline.chat;

import java.util.List;
import java.util.Map;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Given;
import org.lexicographer.pipeline.chat.value.Numbers;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Callable;
import org.lexicographer.pipeline.chat.value.Values.Once;

/** Jinja's tests: what can be said of values. */
final class Tests {

    private final Operators operators;

    Tests(Operators operators) {
        this.operators = operators;
    }

    /** Tells whether a test holds. */
    boolean holds(String name, Object value, Given given) {
        return switch (name) {
            case "eq", "equalto", "==" -> compared("==", value, given);
            case "ne", "!=" -> compared("!=", value, given);
            case "lt", "lessthan", "<" -> compared("<", value, given);
            case "le", "<=" -> compared("<=", value, given);
            case "gt", "greaterthan", ">" -> compared(">", value, given);
            case "ge", ">=" -> compared(">=", value, given);
            case "in" -> compared("in", value, given);
            case "divisibleby" -> Numbers.computed("%", value, other(name, given)).equals(0L);
            default -> {
                given.bind(name);
                yield holds(name, value);
            }
        };
    }

    private boolean compared(String operator, Object value, Given given) {
        return operators.compare(operator, value, other(operator, given));
    }

    private static Object other(String name, Given given) {
        Object other = given.bind(name, "other")[0];
        if (other == null) {
            throw TemplateException.notKnown("test", name + " of one value");
        }
        return other;
    }

    private static boolean holds(String name, Object value) {
        return switch (name) {
            case "defined" -> value != Values.UNDEFINED;
            case "undefined" -> value == Values.UNDEFINED;
            case "none" -> value == Values.NONE;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "iterable" -> hasElements(value) || value instanceof Once;
            case "sequence" -> hasElements(value);
            case "boolean" -> value instanceof Boolean;
            case "number" -> value instanceof Number || value instanceof Boolean;
            case "integer" -> value instanceof Number && !(value instanceof Double);
            case "float" -> value instanceof Double;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "odd" -> Math.floorMod(Numbers.whole(value), 2L) == 1;
            case "even" -> Math.floorMod(Numbers.whole(value), 2L) == 0;
            case "callable" -> value instanceof Callable;
            default -> throw TemplateException.notKnown("test", name);
        };
    }

    /** What is undefined has elements in Jinja: none. */
    private static boolean hasElements(Object value) {
        return value instanceof String
                || value instanceof List
                || value instanceof Map
                || value == Values.UNDEFINED;
    }
}
