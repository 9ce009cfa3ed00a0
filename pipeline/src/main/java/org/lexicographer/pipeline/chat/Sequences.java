package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Given;
import org.lexicographer.pipeline.chat.value.Texts;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Once;
import org.lexicographer.pipeline.chat.value.Values.Tuple;

/** Jinja's filters of what has elements. */
final class Sequences {

    private final Budget budget;
    private final Filters filters;
    private final Operators operators;
    private final Tests tests;
    private final Texts texts;
    private final Members members;

    Sequences(Budget budget, Filters filters) {
        this.budget = budget;
        this.filters = filters;
        this.operators = new Operators(budget);
        this.tests = new Tests(operators);
        this.texts = new Texts(budget);
        this.members = new Members(budget);
    }

    Object apply(String name, Object value, Given given) {
        return switch (name) {
            case "first" -> first(value, given.bind(name));
            case "last" -> last(value, given.bind(name));
            case "list" -> list(value, given.bind(name));
            case "reverse" -> reversed(value, given.bind(name));
            case "join" -> join(value, given.bind(name, "d", "attribute"));
            case "items" -> items(value, given.bind(name));
            case "dictsort" -> sortedItems(value, given.bind(name, "case_sensitive"));
            case "sort" ->
                    sorted(value, given.bind(name, "reverse", "case_sensitive", "attribute"));
            case "min" -> extreme(value, given.bind(name), -1);
            case "max" -> extreme(value, given.bind(name), 1);
            case "sum" -> sum(value, given.bind(name, "attribute", "start"));
            case "unique" -> unique(value, given.bind(name, "case_sensitive", "attribute"));
            case "map" -> map(value, given);
            case "select" -> new Once(() -> chosen(value, it -> it, given, true));
            case "reject" -> new Once(() -> chosen(value, it -> it, given, false));
            case "selectattr" -> byAttribute(value, given, true);
            case "rejectattr" -> byAttribute(value, given, false);
            default -> throw TemplateException.notKnown("filter", name);
        };
    }

    private List<Object> elements(Object value) {
        List<?> elements = Values.elements(value, budget);
        budget.elements(elements.size());
        return new ArrayList<>(elements);
    }

    /** Of what is none, or nothing else that holds, Jinja chooses nothing. */
    private List<Object> someOf(Object value) {
        return Values.isTrue(value) ? elements(value) : new ArrayList<>();
    }

    private Object first(Object value, Object[] nothing) {
        if (value instanceof Once once) {
            return once.take();
        }
        List<Object> elements = elements(value);
        return elements.isEmpty() ? Values.UNDEFINED : elements.getFirst();
    }

    private Object last(Object value, Object[] nothing) {
        List<Object> elements = elements(whole(value));
        return elements.isEmpty() ? Values.UNDEFINED : elements.getLast();
    }

    /** What is there once has no end to begin at. */
    private static Object whole(Object value) {
        if (value instanceof Once) {
            throw TemplateException.notKnown("filter", "from the end of " + Values.typeOf(value));
        }
        return value;
    }

    private List<Object> list(Object value, Object[] nothing) {
        return elements(value);
    }

    private Object reversed(Object value, Object[] nothing) {
        if (value instanceof String text) {
            budget.characters(text.length());
            return new StringBuilder(text).reverse().toString();
        }
        return new Once(() -> elements(whole(value)).reversed());
    }

    private String join(Object value, Object[] bound) {
        String between = bound[0] == null ? "" : Values.printed(bound[0]);
        UnaryOperator<Object> attribute = attribute(bound[1]);
        StringBuilder joined = new StringBuilder();
        String before = "";
        for (Object element : elements(value)) {
            Object shown = attribute.apply(element);
            if (shown instanceof Values.Marked) {
                throw TemplateException.notKnown("filter", "join of marked texts");
            }
            String text = Values.printed(shown);
            budget.characters(text.length() + (long) before.length());
            joined.append(before).append(text);
            before = between;
        }
        return joined.toString();
    }

    /** Returns what gives a member of a value, or a member of one; nothing gives the value. */
    private UnaryOperator<Object> attribute(Object name) {
        if (name == null || name == Values.NONE) {
            return value -> value;
        }
        if (name instanceof Long place) {
            return value -> members.item(value, place);
        }
        String[] path = Given.text("attribute", name).orElseThrow().split("\\.", -1);
        return value -> {
            Object member = value;
            for (String part : path) {
                boolean isPlace = part.matches("\\d{1,9}");
                member = members.item(member, isPlace ? (Object) Long.valueOf(part) : part);
            }
            return member;
        };
    }

    private Object items(Object value, Object[] nothing) {
        if (value == Values.UNDEFINED) {
            return new Once(List::of);
        }
        return new Once(() -> items(value));
    }

    private List<Object> items(Object value) {
        if (value instanceof Map<?, ?> map) {
            budget.elements(map.size());
            return Methods.items(map);
        }
        throw TemplateException.notKnown("filter", "items of " + Values.typeOf(value));
    }

    private List<Object> sortedItems(Object value, Object[] bound) {
        List<Object> items = new ArrayList<>(items(value));
        boolean exact = Given.isTrue(bound[0]);
        items.sort(Comparator.comparing(item -> key(((Tuple) item).getFirst(), exact), order()));
        return items;
    }

    private Comparator<Object> order() {
        return (left, right) -> {
            budget.step();
            return operators.order(left, right);
        };
    }

    /** Upper and lower case are the same, unless they are told apart. */
    private Object key(Object value, boolean exact) {
        return value instanceof String text && !exact ? texts.lower(text) : value;
    }

    private List<Object> sorted(Object value, Object[] bound) {
        boolean exact = Given.isTrue(bound[1]);
        UnaryOperator<Object> attribute = attribute(bound[2]);
        Comparator<Object> order =
                Comparator.comparing(it -> key(attribute.apply(it), exact), order());
        List<Object> sorted = elements(value);
        sorted.sort(Given.isTrue(bound[0]) ? order.reversed() : order);
        return sorted;
    }

    private Object extreme(Object value, Object[] nothing, int sign) {
        Object found = Values.UNDEFINED;
        for (Object element : elements(value)) {
            boolean better =
                    found == Values.UNDEFINED
                            || sign * order().compare(key(element, false), key(found, false)) > 0;
            found = better ? element : found;
        }
        return found;
    }

    private Object sum(Object value, Object[] bound) {
        UnaryOperator<Object> attribute = attribute(bound[0]);
        Object sum = bound[1] == null ? 0L : bound[1];
        for (Object element : elements(value)) {
            sum = operators.computed("+", sum, attribute.apply(element));
        }
        return sum;
    }

    private Object unique(Object value, Object[] bound) {
        boolean exact = Given.isTrue(bound[0]);
        UnaryOperator<Object> attribute = attribute(bound[1]);
        return new Once(() -> unique(elements(value), attribute, exact));
    }

    private List<Object> unique(
            List<Object> elements, UnaryOperator<Object> attribute, boolean exact) {
        List<Object> keys = new ArrayList<>();
        List<Object> unique = new ArrayList<>();
        for (Object element : elements) {
            Object key = key(attribute.apply(element), exact);
            if (keys.stream().noneMatch(it -> Values.areEqual(it, key, budget))) {
                keys.add(key);
                unique.add(element);
            }
        }
        return unique;
    }

    private Object map(Object value, Given given) {
        UnaryOperator<Object> made;
        if (given.values().isEmpty()) {
            Object[] bound = given.bind("map", "attribute", "default");
            UnaryOperator<Object> attribute = attribute(bound[0]);
            made =
                    element -> {
                        Object found = attribute.apply(element);
                        return found == Values.UNDEFINED && bound[1] != null ? bound[1] : found;
                    };
        } else {
            String name = Given.text("map", given.values().getFirst()).orElse("none");
            made = element -> filters.apply(name, element, given.rest());
        }
        return new Once(() -> mapped(someOf(value), made));
    }

    private static List<Object> mapped(List<Object> elements, UnaryOperator<Object> made) {
        elements.replaceAll(made);
        return elements;
    }

    private Object byAttribute(Object value, Given given, boolean wanted) {
        if (given.values().isEmpty()) {
            throw TemplateException.notKnown("filter", "by no attribute");
        }
        UnaryOperator<Object> attribute = attribute(given.values().getFirst());
        return new Once(() -> chosen(value, attribute, given.rest(), wanted));
    }

    /** Returns the elements for which a test holds, or does not; without a test, the true ones. */
    private List<Object> chosen(
            Object value, UnaryOperator<Object> looked, Given given, boolean wanted) {
        Predicate<Object> test = Values::isTrue;
        if (!given.values().isEmpty()) {
            String name = Given.text("select", given.values().getFirst()).orElse("none");
            test = it -> tests.holds(name, it, given.rest());
        }
        List<Object> chosen = new ArrayList<>();
        for (Object element : someOf(value)) {
            budget.step();
            if (test.test(looked.apply(element)) == wanted) {
                chosen.add(element);
            }
        }
        return chosen;
    }
}
