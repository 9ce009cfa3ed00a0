package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Loop;
import org.lexicographer.pipeline.chat.value.Values.Namespace;
import org.lexicographer.pipeline.chat.value.Values.Tuple;

/**
 * Fields and elements of values. What is not there is undefined; what is one of Python's own
 * attributes, which nobody calls here, is refused.
 */
final class Members {

    private static final Set<String> OF_LISTS =
            Set.of(
                    "append", "clear", "copy", "count", "extend", "index", "insert", "pop",
                    "remove", "reverse", "sort");
    private static final Set<String> OF_NUMBERS =
            Set.of(
                    "as_integer_ratio",
                    "bit_count",
                    "bit_length",
                    "conjugate",
                    "denominator",
                    "from_bytes",
                    "fromhex",
                    "hex",
                    "imag",
                    "is_integer",
                    "numerator",
                    "real",
                    "to_bytes");
    private static final Set<String> OF_TEXTS =
            Set.of(
                    "capitalize",
                    "casefold",
                    "center",
                    "count",
                    "encode",
                    "endswith",
                    "expandtabs",
                    "find",
                    "format",
                    "format_map",
                    "index",
                    "isalnum",
                    "isalpha",
                    "isascii",
                    "isdecimal",
                    "isdigit",
                    "isidentifier",
                    "islower",
                    "isnumeric",
                    "isprintable",
                    "isspace",
                    "istitle",
                    "isupper",
                    "join",
                    "ljust",
                    "lower",
                    "lstrip",
                    "maketrans",
                    "partition",
                    "removeprefix",
                    "removesuffix",
                    "replace",
                    "rfind",
                    "rindex",
                    "rjust",
                    "rpartition",
                    "rsplit",
                    "rstrip",
                    "split",
                    "splitlines",
                    "startswith",
                    "strip",
                    "swapcase",
                    "title",
                    "translate",
                    "upper",
                    "zfill");

    private final Budget budget;

    Members(Budget budget) {
        this.budget = budget;
    }

    /** Returns {@code subject.name}. */
    Object attribute(Object subject, String name) {
        if (subject instanceof Map<?, ?> map) {
            return field(map, name, Methods.OF_MAPS.contains(name));
        }
        return item(subject, name);
    }

    /** Returns {@code subject[key]}. */
    Object item(Object subject, Object key) {
        return switch (subject) {
            case Loop loop when key instanceof String field -> loop.field(field);
            case Namespace namespace when key instanceof String field ->
                    namespace.fields().getOrDefault(field, Values.UNDEFINED);
            case Map<?, ?> map when key instanceof String field -> field(map, field, false);
            case Map<?, ?> map when key instanceof Long number -> {
                Object value = map.get(number);
                yield value == null ? Values.UNDEFINED : value;
            }
            case List<?> list when key instanceof Long index -> element(list, index);
            case String text when key instanceof Long index -> character(text, index);
            case List<?> _ when key instanceof String name -> absent(subject, name, OF_LISTS);
            case String _ when key instanceof String name -> absent(subject, name, OF_TEXTS);
            case Long _ when key instanceof String name -> absent(subject, name, OF_NUMBERS);
            case Double _ when key instanceof String name -> absent(subject, name, OF_NUMBERS);
            case Boolean _ when key instanceof String name -> absent(subject, name, OF_NUMBERS);
            default -> {
                if (subject == Values.NONE && key instanceof String name) {
                    yield absent(subject, name, Set.of());
                }
                throw notKnown(subject, key);
            }
        };
    }

    private static TemplateException notKnown(Object subject, Object key) {
        return TemplateException.notKnown(
                "member of " + Values.typeOf(subject),
                key instanceof String || key instanceof Long ? key.toString() : Values.typeOf(key));
    }

    private static Object absent(Object subject, String name, Set<String> attributes) {
        if (attributes.contains(name) || name.startsWith("__")) {
            throw notKnown(subject, name);
        }
        return Values.UNDEFINED;
    }

    private static Object field(Map<?, ?> map, String name, boolean hidden) {
        Object value = hidden ? null : map.get(name);
        if (value == null && (Methods.OF_MAPS.contains(name) || name.startsWith("__"))) {
            throw TemplateException.notKnown("method", name);
        }
        return value == null ? Values.UNDEFINED : value;
    }

    private static Object element(List<?> list, long index) {
        long at = index < 0 ? index + list.size() : index;
        return at < 0 || at >= list.size() ? Values.UNDEFINED : list.get((int) at);
    }

    private Object character(String text, long index) {
        budget.look(text);
        int[] characters = text.codePoints().toArray();
        long at = index < 0 ? index + characters.length : index;
        return at < 0 || at >= characters.length
                ? Values.UNDEFINED
                : Character.toString(characters[(int) at]);
    }

    /** Returns a part of a list or a text; bounds that are not given are empty. */
    Object slice(Object subject, List<Optional<Long>> bounds) {
        return switch (subject) {
            case Tuple tuple -> new Tuple(picked(tuple, bounds));
            case List<?> list -> picked(list, bounds);
            case String text -> {
                budget.look(text);
                StringBuilder part = new StringBuilder();
                picked(text.codePoints().boxed().toList(), bounds)
                        .forEach(character -> part.appendCodePoint((Integer) character));
                yield part.toString();
            }
            default -> throw TemplateException.notKnown("slice", "of " + Values.typeOf(subject));
        };
    }

    private List<Object> picked(List<?> list, List<Optional<Long>> bounds) {
        int size = list.size();
        long step = bounds.get(2).orElse(1L);
        if (step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
            throw TemplateException.notKnown("step of a slice", Long.toString(step));
        }
        long least = step > 0 ? 0 : -1;
        long most = step > 0 ? size : size - 1L;
        long start = place(bounds.get(0), size).orElse(step > 0 ? least : most);
        long stop = place(bounds.get(1), size).orElse(step > 0 ? most : least);
        List<Object> picked = new ArrayList<>();
        for (long i = Math.clamp(start, least, most);
                step > 0 ? i < Math.min(stop, most) : i > Math.max(stop, least);
                i += step) {
            budget.elements(1);
            picked.add(list.get((int) i));
        }
        return picked;
    }

    /** A negative bound counts from the end. */
    private static Optional<Long> place(Optional<Long> bound, int size) {
        return bound.map(it -> it < 0 ? Math.max(it + size, -1) : it);
    }
}
