package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The methods of Python's texts and maps that templates call. */
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

    Methods(Budget budget) {
        this.budget = budget;
    }

    Object call(Object subject, String name, List<Object> arguments) {
        if (subject instanceof String text) {
            return ofText(text, name, arguments);
        }
        if (subject instanceof Map<?, ?> map
                && name.equals("get")
                && !arguments.isEmpty()
                && arguments.size() <= 2
                && arguments.getFirst() instanceof String field) {
            Object value = map.get(field);
            Object otherwise = arguments.size() == 2 ? arguments.getLast() : Values.NONE;
            return value == null ? otherwise : value;
        }
        throw TemplateException.notKnown("method of " + Values.typeOf(subject), name);
    }

    private Object ofText(String text, String name, List<Object> arguments) {
        if (arguments.isEmpty()) {
            budget.characters(text.length());
            return switch (name) {
                case "strip" -> Values.strip(text, true, true);
                case "lstrip" -> Values.strip(text, true, false);
                case "rstrip" -> Values.strip(text, false, true);
                case "upper" -> text.toUpperCase(Locale.ROOT);
                case "lower" -> text.toLowerCase(Locale.ROOT);
                default -> throw TemplateException.notKnown("method of a text", name + "()");
            };
        }
        if (arguments.size() == 1 && arguments.getFirst() instanceof String argument) {
            budget.look(argument);
            return switch (name) {
                case "startswith" -> text.startsWith(argument);
                case "endswith" -> text.endsWith(argument);
                case "strip" -> stripped(text, argument, true, true);
                case "lstrip" -> stripped(text, argument, true, false);
                case "rstrip" -> stripped(text, argument, false, true);
                case "split" -> split(text, argument);
                default -> throw TemplateException.notKnown("method of a text", name + "(...)");
            };
        }
        throw TemplateException.notKnown("method of a text", name + "(...)");
    }

    private String stripped(String text, String characters, boolean left, boolean right) {
        budget.search(text, characters);
        budget.characters(text.length());
        int start = 0;
        int end = text.length();
        while (left && start < end && characters.indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        while (right && end > start && characters.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(start, end);
    }

    private List<Object> split(String text, String separator) {
        if (separator.isEmpty()) {
            throw new TemplateException("chat template splits at an empty text");
        }
        budget.search(text, separator);
        budget.characters(text.length());
        List<Object> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
            budget.elements(1);
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }
}
