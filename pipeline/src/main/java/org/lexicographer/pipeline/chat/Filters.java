package org.lexicographer.pipeline.chat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Given;
import org.lexicographer.pipeline.chat.value.JsonText;
import org.lexicographer.pipeline.chat.value.Numbers;
import org.lexicographer.pipeline.chat.value.Texts;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Marked;

/** Jinja's filters: what becomes of values. */
final class Filters {

    private final Budget budget;
    private final Texts texts;
    private final Sequences sequences;

    Filters(Budget budget) {
        this.budget = budget;
        this.texts = new Texts(budget);
        this.sequences = new Sequences(budget, this);
    }

    /** Returns what a filter makes of a value. */
    Object apply(String name, Object value, Given given) {
        return switch (name) {
            case "tojson" -> JsonText.of(value, given, budget);
            case "default", "d" -> otherwise(value, given.bind(name, "default_value", "boolean"));
            case "length", "count" -> length(value, given.bind(name));
            case "abs" -> abs(value, given.bind(name));
            case "int" -> whole(value, given.bind(name, "default"));
            case "trim" -> {
                Optional<String> characters = Given.text(name, given.bind(name, "chars")[0]);
                yield texts.strip(printed(value), characters, true, true);
            }
            case "upper" -> plain(name, given, texts.upper(printed(value)));
            case "lower" -> plain(name, given, texts.lower(printed(value)));
            case "capitalize" -> plain(name, given, texts.capitalize(printed(value)));
            case "string" -> plain(name, given, printed(value));
            case "safe" -> plain(name, given, new Marked(printed(value)));
            case "replace" -> replace(value, given.bind(name, "old", "new", "count"));
            case "indent" -> indent(value, given.bind(name, "width", "first", "blank"));
            default -> sequences.apply(name, value, given);
        };
    }

    private static Object plain(String name, Given given, Object result) {
        given.bind(name);
        return result;
    }

    /** A marked text stays one through filters, and changes what it is put together with. */
    private static String printed(Object value) {
        if (value instanceof Marked) {
            throw TemplateException.notKnown("filter", "of a marked text");
        }
        return Values.printed(value);
    }

    private static Object otherwise(Object value, Object[] bound) {
        boolean missing =
                value == Values.UNDEFINED || (Given.isTrue(bound[1]) && !Values.isTrue(value));
        if (!missing) {
            return value;
        }
        return bound[0] == null ? "" : bound[0];
    }

    private long length(Object value, Object[] nothing) {
        if (value == Values.UNDEFINED) {
            return 0;
        }
        return switch (value) {
            case String text -> texts.length(text);
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> throw TemplateException.notKnown("length", "of " + Values.typeOf(value));
        };
    }

    private static Object abs(Object value, Object[] nothing) {
        return value instanceof Double number
                ? (Object) Math.abs(number)
                : (Object) Math.abs(Numbers.whole(value));
    }

    private Object whole(Object value, Object[] bound) {
        Object otherwise = bound[0] == null ? 0L : bound[0];
        return switch (value) {
            case Double number -> Numbers.truncated(number).<Object>map(it -> it).orElse(otherwise);
            case String text -> {
                budget.look(text);
                yield Numbers.parsed(text).<Object>map(it -> it).orElse(otherwise);
            }
            default -> value == Values.NONE ? otherwise : (Object) Numbers.whole(value);
        };
    }

    private String replace(Object value, Object[] bound) {
        if (bound[0] == null || bound[1] == null) {
            throw TemplateException.notKnown("filter", "replace of one text");
        }
        long most = bound[2] == Values.NONE ? -1 : Given.number("replace", bound[2], -1);
        return texts.replace(printed(value), printed(bound[0]), printed(bound[1]), most);
    }

    private String indent(Object value, Object[] bound) {
        String indentation =
                bound[0] instanceof String text
                        ? text
                        : spaces(Given.number("indent", bound[0], 4));
        return texts.indent(
                printed(value), indentation, Given.isTrue(bound[1]), Given.isTrue(bound[2]));
    }

    private String spaces(long count) {
        budget.characters(Math.max(0, count));
        return " ".repeat((int) Math.max(0, count));
    }
}
