package org.lexicographer.pipeline.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What expressions are: texts, whole numbers (long), truth values, lists, maps, {@link #NONE},
 * {@link #UNDEFINED}, and the three kinds of objects below. What they are worth, equal or print is
 * as in Python.
 */
final class Values {

    /** Python's None. */
    static final Object NONE = new Object();

    /** What is not there. */
    static final Object UNDEFINED = new Object();

    private Values() {}

    /** What fields can be set of, from within loops. */
    record Namespace(Map<String, Object> fields) {

        Namespace() {
            this(new HashMap<>());
        }
    }

    /** A function of transformers' or Jinja's, which may be called. */
    record Function(String name) {}

    /** Where a loop is. */
    record Loop(List<Object> values, int index) {

        Object field(String name) {
            int size = values.size();
            return switch (name) {
                case "index" -> (long) index + 1;
                case "index0" -> (long) index;
                case "revindex" -> (long) size - index;
                case "revindex0" -> (long) size - index - 1;
                case "first" -> index == 0;
                case "last" -> index == size - 1;
                case "length" -> (long) size;
                case "previtem" -> index == 0 ? UNDEFINED : values.get(index - 1);
                case "nextitem" -> index == size - 1 ? UNDEFINED : values.get(index + 1);
                default -> throw TemplateException.notKnown("field", "loop." + name);
            };
        }
    }

    /** Returns a JSON value. */
    static Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NULL -> NONE;
            case NUMBER ->
                    node.canConvertToLong() && node.isIntegralNumber()
                            ? (Object) node.longValue()
                            : (Object) node.doubleValue();
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(element -> list.add(of(element)));
                yield list;
            }
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties().forEach(field -> map.put(field.getKey(), of(field.getValue())));
                yield map;
            }
            case BINARY, MISSING, POJO ->
                    throw new IllegalArgumentException("not JSON: found=" + node.getNodeType());
        };
    }

    /** Tells whether a condition on the value holds. */
    static boolean isTrue(Object value) {
        if (value == NONE || value == UNDEFINED) {
            return false;
        }
        return switch (value) {
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /**
     * Tells whether values are equal; a truth value is the number 0 or 1. Lists that hold the same
     * list again and again are compared as often.
     */
    static boolean areEqual(Object left, Object right, Budget budget) {
        return areEqual(left, right, budget, 0);
    }

    private static boolean areEqual(Object left, Object right, Budget budget, int depth) {
        budget.step();
        if (depth > Budget.MOST_DEPTH) {
            throw new TemplateException(
                    "chat template compares what is too deep: most=" + Budget.MOST_DEPTH);
        }
        return switch (left) {
            case List<?> list when right instanceof List<?> other ->
                    areEqualLists(list, other, budget, depth + 1);
            case Map<?, ?> map when right instanceof Map<?, ?> other ->
                    map.keySet().equals(other.keySet())
                            && areEqualLists(
                                    List.copyOf(map.values()),
                                    map.keySet().stream().map(other::get).toList(),
                                    budget,
                                    depth + 1);
            case String text -> {
                budget.look(text);
                yield text.equals(right);
            }
            // Python's are equal only to themselves.
            case Namespace _, Loop _ -> left == right;
            default -> Objects.equals(comparable(left), comparable(right));
        };
    }

    private static boolean areEqualLists(List<?> left, List<?> right, Budget budget, int depth) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!areEqual(left.get(i), right.get(i), budget, depth)) {
                return false;
            }
        }
        return true;
    }

    private static Object comparable(Object value) {
        return switch (value) {
            case Boolean truth -> truth ? 1L : 0L;
            case Double number when number == Math.rint(number) -> number.longValue();
            default -> value;
        };
    }

    /** Returns what is printed of a value. */
    static String printed(Object value) {
        if (value == UNDEFINED) {
            return "";
        }
        if (value == NONE) {
            return "None";
        }
        return switch (value) {
            case String text -> text;
            case Long number -> number.toString();
            case Boolean truth -> truth ? "True" : "False";
            default -> throw TemplateException.notKnown("value that is printed", typeOf(value));
        };
    }

    /** Returns the kind of a value, for messages. */
    static String typeOf(Object value) {
        if (value == NONE || value == UNDEFINED) {
            return value == NONE ? "none" : "undefined";
        }
        return switch (value) {
            case String _ -> "a text";
            case Long _, Double _ -> "a number";
            case Boolean _ -> "a truth value";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a map";
            default -> value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
        };
    }

    /** Takes away what Python calls white space. */
    static String strip(String text, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (right && end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Python's str.isspace. */
    static boolean isSpace(char c) {
        return (c >= '\t' && c <= '\r')
                || (c >= 0x1c && c <= ' ')
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }
}
