package org.lexicographer.pipeline.chat.value;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.pipeline.chat.syntax.TemplateException;

/**
 * What expressions are: texts, whole numbers (long, and larger ones that JSON holds), other numbers
 * (double), truth values, lists, maps, {@link #NONE}, {@link #UNDEFINED}, and the kinds of objects
 * below. What they are worth, equal or print is as in Python.
 */
public final class Values {

    /** Python's None. */
    public static final Object NONE = new Object();

    /** What is not there. */
    public static final Object UNDEFINED = new Object();

    private Values() {}

    /** What fields can be set of, from within loops. */
    public record Namespace(Map<String, Object> fields) {

        /** A namespace without fields. */
        public Namespace() {
            this(new HashMap<>());
        }
    }

    /** What may be called. */
    public interface Callable {

        /** Returns what becomes of what is given. */
        Object call(Given given);
    }

    /** A text that Jinja marks: what others are added to it, it would change. */
    public record Marked(String text) {}

    /** A list that Python tells from others. */
    public static final class Tuple extends AbstractList<Object> {

        private final List<Object> elements;

        /** Holds these elements, which nobody changes. */
        public Tuple(List<Object> elements) {
            this.elements = elements;
        }

        @Override
        public Object get(int index) {
            return elements.get(index);
        }

        @Override
        public int size() {
            return elements.size();
        }
    }

    /**
     * What filters such as map return: values that are made when they are asked for, are there
     * once, and whose number nobody knows.
     */
    public static final class Once {

        private final Supplier<List<Object>> source;
        private Optional<Deque<Object>> left = Optional.empty();

        /** Makes values when they are asked for. */
        public Once(Supplier<List<Object>> source) {
            this.source = source;
        }

        private Deque<Object> left() {
            if (left.isEmpty()) {
                left = Optional.of(new ArrayDeque<>(source.get()));
            }
            return left.get();
        }

        /** Takes all that are left. */
        public List<Object> takeAll() {
            List<Object> all = new ArrayList<>(left());
            left().clear();
            return all;
        }

        /** Takes the next one. */
        public Object take() {
            return left().isEmpty() ? UNDEFINED : left().poll();
        }
    }

    /** Where a loop is. */
    public record Loop(List<Object> values, int index) {

        /** Returns what a template sees of the loop. */
        public Object field(String name) {
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
    public static Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NULL -> NONE;
            case NUMBER -> number(node);
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

    private static Object number(JsonNode node) {
        if (!node.isIntegralNumber()) {
            return node.doubleValue();
        }
        return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue();
    }

    /** Tells whether a condition on the value holds. */
    public static boolean isTrue(Object value) {
        if (value == NONE || value == UNDEFINED) {
            return false;
        }
        return switch (value) {
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case Marked marked -> !marked.text().isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /**
     * Tells whether values are equal; a truth value is the number 0 or 1. Lists that hold the same
     * list again and again are compared as often.
     */
    public static boolean areEqual(Object left, Object right, Budget budget) {
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
                    list instanceof Tuple == other instanceof Tuple
                            && areEqualLists(list, other, budget, depth + 1);
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
            case Namespace _, Loop _, Once _, Callable _ -> left == right;
            case Marked _ -> throw TemplateException.notKnown("comparison", "of a marked text");
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
            case Double number when number == Math.rint(number) && Math.abs(number) < 1L << 53 ->
                    number.longValue();
            default -> value;
        };
    }

    /**
     * Returns what is printed of a value. Lists and maps are refused: what Python prints of them is
     * Python, which nobody was trained on.
     */
    public static String printed(Object value) {
        if (value == UNDEFINED) {
            return "";
        }
        if (value == NONE) {
            return "None";
        }
        return switch (value) {
            case String text -> text;
            case Marked marked -> marked.text();
            case Long number -> number.toString();
            case BigInteger number -> number.toString();
            case Double number -> Numbers.printed(number);
            case Boolean truth -> truth ? "True" : "False";
            default -> throw TemplateException.notKnown("value that is printed", typeOf(value));
        };
    }

    /**
     * Returns what a loop or a filter goes through: elements, keys, or characters. What is not
     * there has none.
     */
    public static List<?> elements(Object value, Budget budget) {
        if (value == UNDEFINED) {
            return List.of();
        }
        return switch (value) {
            case List<?> list -> list;
            case Map<?, ?> map -> {
                budget.elements(map.size());
                yield List.copyOf(map.keySet());
            }
            case String text -> {
                budget.elements(text.length());
                yield text.codePoints().mapToObj(Character::toString).toList();
            }
            case Once once -> once.takeAll();
            default ->
                    throw TemplateException.notKnown(
                            "loop", "over what is no list, " + typeOf(value));
        };
    }

    /** Returns the kind of a value, for messages. */
    public static String typeOf(Object value) {
        if (value == NONE || value == UNDEFINED) {
            return value == NONE ? "none" : "undefined";
        }
        return switch (value) {
            case String _ -> "a text";
            case Long _, Double _, BigInteger _ -> "a number";
            case Boolean _ -> "a truth value";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a map";
            case Callable _ -> "a function";
            case Marked _ -> "a marked text";
            case Once _ -> "a list that is there once";
            default -> value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        };
    }
}
