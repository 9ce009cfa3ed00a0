package org.lexicographer.pipeline.chat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Dates;
import org.lexicographer.pipeline.chat.value.Given;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Callable;
import org.lexicographer.pipeline.chat.value.Values.Namespace;

/** The functions that transformers and Jinja give to templates. */
final class Functions {

    /** Jinja's sandbox has no longer ones. */
    private static final long MOST_RANGE = 100_000;

    private static final List<String> NOT_KNOWN = List.of("cycler", "joiner", "lipsum");

    private final Budget budget;
    private final Optional<LocalDate> today;

    /**
     * Creates the functions.
     *
     * @param today the day that templates take for today, of which the text depends; without one,
     *     those that ask for it are refused
     */
    Functions(Budget budget, Optional<LocalDate> today) {
        this.budget = budget;
        this.today = today;
    }

    /**
     * Returns them by name; what is not known here is there too, as templates ask whether it is.
     */
    Map<String, Callable> all() {
        Map<String, Callable> all = new LinkedHashMap<>();
        all.put("raise_exception", Functions::refuse);
        all.put("namespace", this::namespace);
        all.put("range", this::range);
        all.put("dict", this::map);
        all.put("strftime_now", this::formatted);
        for (String name : NOT_KNOWN) {
            all.put(
                    name,
                    given -> {
                        throw TemplateException.notKnown("function", name);
                    });
        }
        return all;
    }

    private static Object refuse(Given given) {
        Object message = given.bind("raise_exception", "message")[0];
        throw new TemplateException(
                "chat template refuses the messages: "
                        + Values.printed(message == null ? Values.NONE : message));
    }

    private Object formatted(Given given) {
        LocalDate day =
                today.orElseThrow(
                        () ->
                                new TemplateException(
                                        "chat template asks for today's date: expected="
                                                + "documents.date in the run spec, found=none"));
        Object format = given.bind("strftime_now", "format")[0];
        return Dates.formatted(Given.text("strftime_now", format).orElse(""), day);
    }

    private Object namespace(Given given) {
        Namespace namespace = new Namespace();
        map(given)
                .forEach(
                        (name, value) -> {
                            checkField(name);
                            namespace.fields().put(name, value);
                        });
        return namespace;
    }

    /** Names that begin so are Python's own, and transformers keeps templates from them. */
    static void checkField(String name) {
        if (name.startsWith("_")) {
            throw TemplateException.notKnown("field of a namespace", name);
        }
    }

    private Map<String, Object> map(Given given) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Object value : given.values()) {
            if (!(value instanceof Map<?, ?> map) || given.values().size() > 1) {
                throw TemplateException.notKnown("function", "dict of " + Values.typeOf(value));
            }
            map.forEach((name, content) -> fields.put(Values.printed(name), content));
        }
        fields.putAll(given.named());
        budget.elements(fields.size());
        return fields;
    }

    private Object range(Given given) {
        Object[] bound = given.bind("range", "start", "stop", "step");
        boolean one = bound[1] == null;
        long start = one ? 0 : Given.number("range", bound[0], 0);
        long stop = Given.number("range", one ? bound[0] : bound[1], 0);
        long step = Given.number("range", bound[2], 1);
        long span = step > 0 ? stop - start : start - stop;
        if (step == 0 || Math.ceilDiv(span, Math.abs(step)) > MOST_RANGE) {
            throw TemplateException.notKnown("range", "%d, %d, %d".formatted(start, stop, step));
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            budget.elements(1);
            numbers.add(i);
        }
        return numbers;
    }
}
