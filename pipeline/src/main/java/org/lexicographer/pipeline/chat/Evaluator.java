package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import org.lexicographer.pipeline.chat.Expression.Argument;
import org.lexicographer.pipeline.chat.Expression.Binary;
import org.lexicographer.pipeline.chat.Expression.Call;
import org.lexicographer.pipeline.chat.Expression.Choice;
import org.lexicographer.pipeline.chat.Expression.Filter;
import org.lexicographer.pipeline.chat.Expression.ListOf;
import org.lexicographer.pipeline.chat.Expression.Literal;
import org.lexicographer.pipeline.chat.Expression.Member;
import org.lexicographer.pipeline.chat.Expression.Name;
import org.lexicographer.pipeline.chat.Expression.Negative;
import org.lexicographer.pipeline.chat.Expression.Not;
import org.lexicographer.pipeline.chat.Expression.Slice;
import org.lexicographer.pipeline.chat.Expression.Test;
import org.lexicographer.pipeline.chat.Values.Loop;
import org.lexicographer.pipeline.chat.Values.Namespace;

/** Computes what expressions are, where names stand for values. */
final class Evaluator {

    private final Function<String, Object> names;
    private final Budget budget;

    /**
     * Creates an evaluator; {@code names} gives {@link Values#UNDEFINED} for those without value.
     */
    Evaluator(Function<String, Object> names, Budget budget) {
        this.names = names;
        this.budget = budget;
    }

    Object value(Expression expression) {
        budget.step();
        return switch (expression) {
            case Literal literal -> literal.value();
            case ListOf list -> values(list.elements());
            case Name name -> names.apply(name.name());
            case Member member -> member(value(member.subject()), value(member.name()), member);
            case Slice slice -> slice(slice);
            case Call call -> call(call);
            case Filter filter -> filter(value(filter.subject()), filter.name());
            case Test test -> test(value(test.subject()), test.name()) != test.negated();
            case Not not -> !Values.isTrue(value(not.operand()));
            case Negative negative -> exact(Math::subtractExact, 0L, value(negative.operand()));
            case Binary binary -> binary(binary);
            case Choice choice ->
                    Values.isTrue(value(choice.condition()))
                            ? value(choice.then())
                            : choice.otherwise().map(this::value).orElse(Values.UNDEFINED);
        };
    }

    private List<Object> values(List<Expression> expressions) {
        budget.elements(expressions.size());
        return expressions.stream().map(this::value).toList();
    }

    private static Object member(Object subject, Object name, Member member) {
        return switch (subject) {
            case Loop loop when name instanceof String field -> loop.field(field);
            case Namespace namespace when name instanceof String field ->
                    namespace.fields().getOrDefault(field, Values.UNDEFINED);
            case Map<?, ?> map when name instanceof String field -> {
                if (member.attribute() && Methods.OF_MAPS.contains(field)) {
                    throw TemplateException.notKnown("method", field);
                }
                Object value = map.get(field);
                if (value == null && Methods.OF_MAPS.contains(field)) {
                    throw TemplateException.notKnown("method", field);
                }
                yield value == null ? Values.UNDEFINED : value;
            }
            case List<?> list when name instanceof Long index -> {
                long at = index < 0 ? index + list.size() : index;
                yield at < 0 || at >= list.size() ? Values.UNDEFINED : list.get((int) at);
            }
            default ->
                    throw TemplateException.notKnown(
                            "member of " + Values.typeOf(subject),
                            name instanceof String || name instanceof Long
                                    ? name.toString()
                                    : Values.typeOf(name));
        };
    }

    /** As in Python, for a step of 1 or -1. */
    private Object slice(Slice slice) {
        if (!(value(slice.subject()) instanceof List<?> list)) {
            throw TemplateException.notKnown("slice", "of what is no list");
        }
        int size = list.size();
        long step = bound(slice.step()).orElse(1L);
        if (step != 1 && step != -1) {
            throw TemplateException.notKnown("step of a slice", Long.toString(step));
        }
        List<Object> values = new ArrayList<>();
        long start = place(slice.start(), size).orElse(step > 0 ? 0L : size - 1L);
        long stop = place(slice.stop(), size).orElse(step > 0 ? size : -1L);
        for (long i = Math.clamp(start, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
                step > 0 ? i < Math.min(stop, size) : i > stop && i >= 0;
                i += step) {
            budget.elements(1);
            values.add(list.get((int) i));
        }
        return values;
    }

    /** One that is none is as one that is not written. */
    private Optional<Long> bound(Optional<Expression> bound) {
        return bound.map(this::value).filter(it -> it != Values.NONE).map(Evaluator::number);
    }

    /** A negative bound counts from the end. */
    private Optional<Long> place(Optional<Expression> bound, int size) {
        return bound(bound).map(it -> it < 0 ? Math.max(it + size, -1) : it);
    }

    private Object call(Call call) {
        List<Object> arguments = values(call.arguments());
        if (call.function() instanceof Member method && method.attribute()) {
            if (!call.named().isEmpty()) {
                throw TemplateException.notKnown("argument", call.named().getFirst().name());
            }
            return new Methods(budget)
                    .call(value(method.subject()), (String) value(method.name()), arguments);
        }
        if (!(value(call.function()) instanceof Values.Function function)) {
            throw TemplateException.notKnown("call", "of what is no function");
        }
        if (function.name().equals("raise_exception") && arguments.size() == 1) {
            throw new TemplateException(
                    "chat template refuses the messages: " + Values.printed(arguments.getFirst()));
        }
        if (function.name().equals("namespace") && arguments.isEmpty()) {
            budget.elements(call.named().size());
            Namespace namespace = new Namespace();
            for (Argument argument : call.named()) {
                namespace.fields().put(argument.name(), value(argument.value()));
            }
            return namespace;
        }
        throw TemplateException.notKnown("function", function.name());
    }

    private Object filter(Object subject, String name) {
        return switch (name) {
            case "trim" -> Values.strip(made(subject), true, true);
            case "upper" -> made(subject).toUpperCase(Locale.ROOT);
            case "lower" -> made(subject).toLowerCase(Locale.ROOT);
            case "string" -> Values.printed(subject);
            case "length", "count" -> length(subject);
            default -> throw TemplateException.notKnown("filter", name);
        };
    }

    /** Returns what is printed of a value, of which another text of that size is made. */
    private String made(Object subject) {
        String text = Values.printed(subject);
        budget.characters(text.length());
        return text;
    }

    private long length(Object value) {
        return switch (value) {
            case String text -> {
                budget.look(text);
                yield text.codePointCount(0, text.length());
            }
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> throw TemplateException.notKnown("length", "of " + Values.typeOf(value));
        };
    }

    private static boolean test(Object value, String name) {
        return switch (name) {
            case "defined" -> value != Values.UNDEFINED;
            case "undefined" -> value == Values.UNDEFINED;
            case "none" -> value == Values.NONE;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "iterable", "sequence" ->
                    known(value) instanceof String || value instanceof List || value instanceof Map;
            case "boolean" -> value instanceof Boolean;
            case "number" ->
                    value instanceof Long || value instanceof Double || value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            default -> throw TemplateException.notKnown("test", name);
        };
    }

    /** What is undefined is iterable in Jinja, and nothing in it. */
    private static Object known(Object value) {
        if (value == Values.UNDEFINED) {
            throw TemplateException.notKnown("test", "of what is undefined");
        }
        return value;
    }

    private Object binary(Binary binary) {
        Object left = value(binary.left());
        if (binary.operator().equals("and")) {
            return Values.isTrue(left) ? value(binary.right()) : left;
        }
        if (binary.operator().equals("or")) {
            return Values.isTrue(left) ? left : value(binary.right());
        }
        Object right = value(binary.right());
        return switch (binary.operator()) {
            case "==" -> Values.areEqual(left, right, budget);
            case "!=" -> !Values.areEqual(left, right, budget);
            case "in" -> contains(right, left);
            case "~" -> made(left) + made(right);
            case "+" -> sum(left, right);
            case "-" -> exact(Math::subtractExact, left, right);
            case "*" -> exact(Math::multiplyExact, left, right);
            case "%" -> modulus(left, right);
            case "<" -> number(left) < number(right);
            case ">" -> number(left) > number(right);
            case "<=" -> number(left) <= number(right);
            case ">=" -> number(left) >= number(right);
            default -> throw TemplateException.notKnown("operator", binary.operator());
        };
    }

    private static long exact(LongBinaryOperator operator, Object left, Object right) {
        try {
            return operator.applyAsLong(number(left), number(right));
        } catch (ArithmeticException e) {
            throw new TemplateException("chat template computes too large a number");
        }
    }

    private Object sum(Object left, Object right) {
        if (left instanceof String first && right instanceof String second) {
            return made(first) + made(second);
        }
        if (left instanceof List<?> first && right instanceof List<?> second) {
            budget.elements((long) first.size() + second.size());
            List<Object> all = new ArrayList<>(first);
            all.addAll(second);
            return all;
        }
        if (left instanceof Long && right instanceof Long) {
            return exact(Math::addExact, left, right);
        }
        throw new TemplateException(
                "chat template cannot add: left=%s, right=%s"
                        .formatted(Values.typeOf(left), Values.typeOf(right)));
    }

    private static long modulus(Object left, Object right) {
        if (number(right) == 0) {
            throw new TemplateException("chat template divides by zero");
        }
        return Math.floorMod(number(left), number(right));
    }

    private boolean contains(Object whole, Object part) {
        return switch (whole) {
            case String text when part instanceof String piece -> {
                budget.search(text, piece);
                yield text.contains(piece);
            }
            case List<?> list -> list.stream().anyMatch(it -> Values.areEqual(it, part, budget));
            case Map<?, ?> map when part instanceof String key -> map.containsKey(key);
            default ->
                    throw TemplateException.notKnown(
                            "operator in",
                            "%s in %s".formatted(Values.typeOf(part), Values.typeOf(whole)));
        };
    }

    private static long number(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw TemplateException.notKnown("number", Values.typeOf(value));
    }
}
