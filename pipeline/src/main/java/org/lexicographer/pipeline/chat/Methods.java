package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Given;
import org.lexicographer.pipeline.chat.value.Numbers;
import org.lexicographer.pipeline.chat.value.Texts;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Callable;
import org.lexicographer.pipeline.chat.value.Values.Loop;
import org.lexicographer.pipeline.chat.value.Values.Namespace;
import org.lexicographer.pipeline.chat.value.Values.Tuple;

/** The methods of Python's texts, lists and maps that templates call. */
final class Methods {

    /** A field of this name is hidden by a method of Python's, where it is asked for with a dot. */
    static final Set<String> OF_MAPS =
            Set.of(
                    "clear",
                    "copy",
                    "fromkeys",
                    "get",
                    "items",
                    "keys",
                    "pop",
                    "popitem",
                    "setdefault",
                    "update",
                    "values");

    private final Budget budget;
    private final Texts texts;

    Methods(Budget budget) {
        this.budget = budget;
        this.texts = new Texts(budget);
    }

    Object call(Object subject, String name, Given given) {
        return switch (subject) {
            case String text -> ofText(text, name, given);
            case Map<?, ?> map -> ofMap(map, name, given);
            case List<?> list -> ofList(list, name, given);
            case Namespace namespace
                    when namespace.fields().get(name) instanceof Callable function ->
                    function.call(given);
            case Loop loop when name.equals("cycle") && !given.values().isEmpty() ->
                    given.values().get(loop.index() % given.values().size());
            default -> throw notKnown(subject, name);
        };
    }

    private static TemplateException notKnown(Object subject, String name) {
        return TemplateException.notKnown("method of " + Values.typeOf(subject), name + "(...)");
    }

    private Object ofMap(Map<?, ?> map, String name, Given given) {
        budget.elements(map.size());
        return switch (name) {
            case "get" -> get(map, given.bind(name, "key", "default"));
            case "keys" -> nothing(name, given, List.copyOf(map.keySet()));
            case "values" -> nothing(name, given, List.copyOf(map.values()));
            case "items" -> nothing(name, given, items(map));
            default -> throw notKnown(map, name);
        };
    }

    private static Object get(Map<?, ?> map, Object[] bound) {
        if (!(bound[0] instanceof String
                || Numbers.isNumber(bound[0])
                || bound[0] == Values.NONE)) {
            throw TemplateException.notKnown("method of a map", "get");
        }
        Object value = map.get(bound[0]);
        if (value != null) {
            return value;
        }
        return bound[1] == null ? Values.NONE : bound[1];
    }

    /** Returns the fields of a map, each a name and a value. */
    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(new Tuple(List.of(key, value))));
        return items;
    }

    private static <T> T nothing(String name, Given given, T result) {
        given.bind(name);
        return result;
    }

    private Object ofList(List<?> list, String name, Given given) {
        Object[] bound = given.bind(name, "value");
        if (bound[0] == null) {
            throw notKnown(list, name);
        }
        long count = 0;
        for (int i = 0; i < list.size(); i++) {
            boolean equal = Values.areEqual(list.get(i), bound[0], budget);
            if (equal && name.equals("index")) {
                return (long) i;
            }
            count += equal ? 1 : 0;
        }
        if (name.equals("count")) {
            return count;
        }
        throw notKnown(list, name);
    }

    private Object ofText(String text, String name, Given given) {
        return switch (name) {
            case "strip", "lstrip", "rstrip" -> {
                Optional<String> characters = Given.text(name, given.bind(name, "chars")[0]);
                yield texts.strip(text, characters, !name.equals("rstrip"), !name.equals("lstrip"));
            }
            case "upper" -> nothing(name, given, texts.upper(text));
            case "lower" -> nothing(name, given, texts.lower(text));
            case "title" -> nothing(name, given, texts.title(text));
            case "capitalize" -> nothing(name, given, texts.capitalize(text));
            case "splitlines" -> nothing(name, given, texts.lines(text));
            case "isdigit" -> nothing(name, given, isDigits(text));
            case "split", "rsplit" -> split(text, name, given.bind(name, "sep", "maxsplit"));
            case "replace" -> replace(text, given.bind(name, "old", "new", "count"));
            case "startswith", "endswith" -> isAt(text, name, one(name, given));
            case "join" -> join(text, one(name, given));
            case "find" -> texts.find(text, oneText(name, given), false);
            case "rfind" -> texts.find(text, oneText(name, given), true);
            case "count" -> texts.count(text, oneText(name, given));
            case "removeprefix" -> {
                String prefix = oneText(name, given);
                yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
            }
            case "removesuffix" -> {
                String suffix = oneText(name, given);
                yield text.endsWith(suffix)
                        ? text.substring(0, text.length() - suffix.length())
                        : text;
            }
            default -> throw notKnown(text, name);
        };
    }

    private static Object one(String name, Given given) {
        Object value = given.bind(name, "value")[0];
        if (value == null) {
            throw TemplateException.notKnown("method of a text", name + "()");
        }
        return value;
    }

    private static String oneText(String name, Given given) {
        return Given.text(name, one(name, given))
                .orElseThrow(() -> TemplateException.notKnown("argument", name + "(none)"));
    }

    /** Digits of other scripts are digits in Python too, and powers, which are none here. */
    private static boolean isDigits(String text) {
        if (text.chars().anyMatch(c -> c > 127)) {
            throw TemplateException.notKnown("method of a text", "isdigit() beyond ASCII");
        }
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private List<Object> split(String text, String name, Object[] bound) {
        Optional<String> separator = Given.text(name, bound[0]);
        long most = Given.number(name, bound[1], -1);
        if (name.equals("split")) {
            return texts.split(text, separator, most);
        }
        return texts.splitFromEnd(
                text,
                separator.orElseThrow(
                        () -> TemplateException.notKnown("method of a text", "rsplit()")),
                most);
    }

    private String replace(String text, Object[] bound) {
        if (bound[0] instanceof String old && bound[1] instanceof String other) {
            return texts.replace(text, old, other, Given.number("replace", bound[2], -1));
        }
        throw TemplateException.notKnown("method of a text", "replace(...)");
    }

    private boolean isAt(String text, String name, Object sought) {
        if (sought instanceof Tuple several) {
            return several.stream().anyMatch(one -> isAt(text, name, one));
        }
        String part =
                Given.text(name, sought)
                        .orElseThrow(() -> TemplateException.notKnown("argument", name + "(none)"));
        budget.look(part);
        return name.equals("startswith") ? text.startsWith(part) : text.endsWith(part);
    }

    /** Python joins texts alone. */
    private String join(String separator, Object values) {
        StringBuilder joined = new StringBuilder();
        String between = "";
        for (Object value : Values.elements(values, budget)) {
            if (!(value instanceof String text)) {
                throw TemplateException.notKnown(
                        "method of a text", "join(...) of " + Values.typeOf(value));
            }
            budget.characters(text.length() + (long) separator.length());
            joined.append(between).append(text);
            between = separator;
        }
        return joined.toString();
    }
}
