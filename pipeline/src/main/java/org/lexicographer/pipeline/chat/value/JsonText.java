package org.lexicographer.pipeline.chat.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.chat.syntax.TemplateException;

/** Writes values as Python's json.dumps does, which transformers' filter tojson is. */
public final class JsonText {

    private final Budget budget;
    private final boolean ascii;
    private final Optional<String> indentation;
    private final String comma;
    private final String colon;
    private final boolean sorted;
    private final StringBuilder text = new StringBuilder();

    private JsonText(Budget budget, Object[] bound) {
        this.budget = budget;
        ascii = Given.isTrue(bound[0]);
        indentation = indentation(bound[1]);
        List<?> separators = separators(bound[2]);
        comma =
                separators.isEmpty()
                        ? indentation.isPresent() ? "," : ", "
                        : (String) separators.getFirst();
        colon = separators.isEmpty() ? ": " : (String) separators.getLast();
        sorted = Given.isTrue(bound[3]);
    }

    private static Optional<String> indentation(Object value) {
        if (value instanceof Long spaces) {
            if (spaces > 100) {
                throw TemplateException.notKnown("argument", "tojson(indent=" + spaces + ")");
            }
            return Optional.of(" ".repeat((int) Math.max(0, spaces)));
        }
        return Given.text("tojson", value);
    }

    private static List<?> separators(Object value) {
        if (value == null || value == Values.NONE) {
            return List.of();
        }
        if (value instanceof List<?> two
                && two.size() == 2
                && two.stream().allMatch(String.class::isInstance)) {
            return two;
        }
        throw TemplateException.notKnown("argument", "tojson(separators=...)");
    }

    /** Returns a value as JSON, with transformers' options. */
    public static String of(Object value, Given options, Budget budget) {
        Object[] bound =
                options.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        JsonText json = new JsonText(budget, bound);
        json.write(value, 0);
        return json.text.toString();
    }

    private void write(Object value, int depth) {
        budget.step();
        if (depth > Budget.MOST_NESTED) {
            throw new TemplateException(
                    "chat template writes what is too deep: most=" + Budget.MOST_NESTED);
        }
        switch (value) {
            case String words -> quote(words);
            case Boolean truth -> add(truth.toString());
            case List<?> list -> writeAll(list, "[", "]", depth);
            case Map<?, ?> map -> writeAll(fields(map), "{", "}", depth);
            case Double number -> add(number(number));
            default -> add(value == Values.NONE ? "null" : whole(value));
        }
    }

    private static String whole(Object value) {
        if (value instanceof Number) {
            return value.toString();
        }
        throw TemplateException.notKnown("filter tojson", "of " + Values.typeOf(value));
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        return Double.isInfinite(number)
                ? number > 0 ? "Infinity" : "-Infinity"
                : Numbers.printed(number);
    }

    /** A field of a map. */
    private record Field(String name, Object value) {}

    private List<Field> fields(Map<?, ?> map) {
        budget.elements(map.size());
        List<Field> fields = new ArrayList<>();
        map.forEach(
                (name, value) -> {
                    if (!(name instanceof String text)) {
                        throw TemplateException.notKnown(
                                "filter tojson", "of a key that is " + Values.typeOf(name));
                    }
                    fields.add(new Field(text, value));
                });
        if (sorted) {
            fields.sort((left, right) -> Texts.compare(left.name(), right.name()));
        }
        return fields;
    }

    private void writeAll(List<?> values, String open, String close, int depth) {
        add(open);
        String between = "";
        for (Object value : values) {
            add(between);
            newLine(depth + 1);
            if (value instanceof Field(String name, Object content)) {
                quote(name);
                add(colon);
                write(content, depth + 1);
            } else {
                write(value, depth + 1);
            }
            between = comma;
        }
        if (!values.isEmpty()) {
            newLine(depth);
        }
        add(close);
    }

    private void newLine(int depth) {
        indentation.ifPresent(
                it -> {
                    budget.characters((long) it.length() * depth + 1);
                    text.append('\n').append(it.repeat(depth));
                });
    }

    private void add(String words) {
        budget.characters(words.length());
        text.append(words);
    }

    private void quote(String words) {
        budget.characters(words.length() + 2L);
        text.append('"');
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\f' -> text.append("\\f");
                case '\b' -> text.append("\\b");
                default -> {
                    boolean escaped = c < ' ' || (ascii && c > '~');
                    text.append(escaped ? "\\u%04x".formatted((int) c) : String.valueOf(c));
                }
            }
        }
        text.append('"');
    }
}
