package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Numbers;
import org.lexicographer.pipeline.chat.value.Texts;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Once;
import org.lexicographer.pipeline.chat.value.Values.Tuple;

/** What Python's operators make of two values. */
final class Operators {

    private final Budget budget;

    Operators(Budget budget) {
        this.budget = budget;
    }

    /** Tells what a comparison says. */
    boolean compare(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> Values.areEqual(left, right, budget);
            case "!=" -> !Values.areEqual(left, right, budget);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "<" -> order(left, right) < 0;
            case ">" -> order(left, right) > 0;
            case "<=" -> order(left, right) <= 0;
            case ">=" -> order(left, right) >= 0;
            default -> throw TemplateException.notKnown("operator", operator);
        };
    }

    /** Tells which of two values comes first. */
    int order(Object left, Object right) {
        if (left instanceof String text && right instanceof String other) {
            budget.look(text);
            return Texts.compare(text, other);
        }
        return Numbers.compare(left, right);
    }

    /** Returns what an operator makes of two values. */
    Object computed(String operator, Object left, Object right) {
        if (Numbers.isNumber(left) && Numbers.isNumber(right) && !operator.equals("~")) {
            return Numbers.computed(operator, left, right);
        }
        return switch (operator) {
            case "~" -> made(left) + made(right);
            case "+" -> sum(left, right);
            case "*" -> product(left, right);
            default ->
                    throw TemplateException.notKnown(
                            "number", Values.typeOf(Numbers.isNumber(left) ? right : left));
        };
    }

    /** Returns what is printed of a value, of which another text of that size is made. */
    private String made(Object value) {
        if (value instanceof Values.Marked) {
            throw TemplateException.notKnown("operator ~", "of a marked text");
        }
        String text = Values.printed(value);
        budget.characters(text.length());
        return text;
    }

    private Object sum(Object left, Object right) {
        if (left instanceof String && right instanceof String) {
            return made(left) + made(right);
        }
        if (left instanceof List<?> first
                && right instanceof List<?> second
                && left instanceof Tuple == right instanceof Tuple) {
            budget.elements((long) first.size() + second.size());
            List<Object> all = new ArrayList<>(first);
            all.addAll(second);
            return left instanceof Tuple ? new Tuple(all) : all;
        }
        throw new TemplateException(
                "chat template cannot add: left=%s, right=%s"
                        .formatted(Values.typeOf(left), Values.typeOf(right)));
    }

    private String product(Object left, Object right) {
        if (left instanceof String text && right instanceof Long times) {
            long count = Math.clamp(times, 0, Integer.MAX_VALUE);
            budget.characters(text.length() * count);
            return text.repeat((int) count);
        }
        if (left instanceof Long && right instanceof String) {
            return product(right, left);
        }
        throw TemplateException.notKnown(
                "operator *", Values.typeOf(left) + " and " + Values.typeOf(right));
    }

    private boolean contains(Object whole, Object part) {
        if (whole == Values.UNDEFINED) {
            return false;
        }
        return switch (whole) {
            case String text when part instanceof String piece -> {
                budget.search(text, piece);
                yield text.contains(piece);
            }
            case List<?> list -> list.stream().anyMatch(it -> Values.areEqual(it, part, budget));
            case Map<?, ?> map when part instanceof String || part instanceof Long ->
                    map.containsKey(part);
            case Once once ->
                    once.takeAll().stream().anyMatch(it -> Values.areEqual(it, part, budget));
            default ->
                    throw TemplateException.notKnown(
                            "operator in",
                            "%s in %s".formatted(Values.typeOf(part), Values.typeOf(whole)));
        };
    }
}
