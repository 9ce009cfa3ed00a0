package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.pipeline.chat.syntax.Expression;
import org.lexicographer.pipeline.chat.syntax.Expression.Argument;
import org.lexicographer.pipeline.chat.syntax.Expression.Arguments;
import org.lexicographer.pipeline.chat.syntax.Expression.Binary;
import org.lexicographer.pipeline.chat.syntax.Expression.Call;
import org.lexicographer.pipeline.chat.syntax.Expression.Choice;
import org.lexicographer.pipeline.chat.syntax.Expression.Comparand;
import org.lexicographer.pipeline.chat.syntax.Expression.Comparison;
import org.lexicographer.pipeline.chat.syntax.Expression.Entry;
import org.lexicographer.pipeline.chat.syntax.Expression.Filter;
import org.lexicographer.pipeline.chat.syntax.Expression.ListOf;
import org.lexicographer.pipeline.chat.syntax.Expression.Literal;
import org.lexicographer.pipeline.chat.syntax.Expression.MapOf;
import org.lexicographer.pipeline.chat.syntax.Expression.Member;
import org.lexicographer.pipeline.chat.syntax.Expression.Name;
import org.lexicographer.pipeline.chat.syntax.Expression.Negative;
import org.lexicographer.pipeline.chat.syntax.Expression.None;
import org.lexicographer.pipeline.chat.syntax.Expression.Not;
import org.lexicographer.pipeline.chat.syntax.Expression.Slice;
import org.lexicographer.pipeline.chat.syntax.Expression.Test;
import org.lexicographer.pipeline.chat.syntax.Expression.TupleOf;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.value.Budget;
import org.lexicographer.pipeline.chat.value.Given;
import org.lexicographer.pipeline.chat.value.Numbers;
import org.lexicographer.pipeline.chat.value.Values;
import org.lexicographer.pipeline.chat.value.Values.Callable;
import org.lexicographer.pipeline.chat.value.Values.Tuple;

/** Computes what expressions are, where names stand for values. */
final class Evaluator {

    private final Function<String, Object> names;
    private final Budget budget;
    private final Operators operators;
    private final Members members;
    private final Filters filters;
    private final Tests tests;

    /**
     * Creates an evaluator; {@code names} gives {@link Values#UNDEFINED} for those without value.
     */
    Evaluator(Function<String, Object> names, Budget budget) {
        this.names = names;
        this.budget = budget;
        this.operators = new Operators(budget);
        this.members = new Members(budget);
        this.filters = new Filters(budget);
        this.tests = new Tests(operators);
    }

    Object value(Expression expression) {
        budget.enter();
        Object value =
                switch (expression) {
                    case Literal literal -> literal.value();
                    case None _ -> Values.NONE;
                    case ListOf list -> values(list.elements());
                    case TupleOf tuple -> new Tuple(values(tuple.elements()));
                    case MapOf map -> map(map.entries());
                    case Name name -> names.apply(name.name());
                    case Member member -> member(member);
                    case Slice slice -> slice(slice);
                    case Call call -> call(call);
                    case Filter filter -> filter(filter);
                    case Test test -> test(test);
                    case Not not -> !Values.isTrue(value(not.operand()));
                    case Negative negative -> Numbers.negative(value(negative.operand()));
                    case Binary binary -> binary(binary);
                    case Comparison comparison -> comparison(comparison);
                    case Choice choice -> choice(choice);
                };
        budget.leave();
        return value;
    }

    private List<Object> values(List<Expression> expressions) {
        budget.elements(expressions.size());
        List<Object> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(value(expression));
        }
        return values;
    }

    private Map<Object, Object> map(List<Entry> entries) {
        budget.elements(entries.size());
        Map<Object, Object> map = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Object key = value(entry.key());
            if (!(key instanceof String) && !(key instanceof Long)) {
                throw TemplateException.notKnown("key of a map", Values.typeOf(key));
            }
            map.put(key, value(entry.value()));
        }
        return map;
    }

    private Object member(Member member) {
        Object subject = value(member.subject());
        Object key = value(member.name());
        return member.attribute()
                ? members.attribute(subject, (String) key)
                : members.item(subject, key);
    }

    private Object slice(Slice slice) {
        return members.slice(
                value(slice.subject()),
                List.of(bound(slice.start()), bound(slice.stop()), bound(slice.step())));
    }

    /** One that is none is as one that is not written. */
    private Optional<Long> bound(Optional<Expression> bound) {
        Object value = bound.isEmpty() ? Values.NONE : value(bound.get());
        return value == Values.NONE ? Optional.empty() : Optional.of(Numbers.whole(value));
    }

    private Given given(Arguments arguments) {
        List<Object> values = values(arguments.values());
        Map<String, Object> named = new LinkedHashMap<>();
        for (Argument argument : arguments.named()) {
            if (named.put(argument.name(), value(argument.value())) != null) {
                throw TemplateException.notKnown("argument", argument.name() + " twice");
            }
        }
        return new Given(values, named);
    }

    private Object call(Call call) {
        if (call.function() instanceof Member method && method.attribute()) {
            Object subject = value(method.subject());
            String name = (String) value(method.name());
            return new Methods(budget).call(subject, name, given(call.arguments()));
        }
        if (value(call.function()) instanceof Callable function) {
            return function.call(given(call.arguments()));
        }
        throw TemplateException.notKnown(
                "call",
                call.function() instanceof Name name ? name.name() : "of what is no function");
    }

    private Object filter(Filter filter) {
        Object subject = value(filter.subject());
        return filters.apply(filter.name(), subject, given(filter.arguments()));
    }

    private boolean test(Test test) {
        Object subject = value(test.subject());
        return tests.holds(test.name(), subject, given(test.arguments())) != test.negated();
    }

    private Object binary(Binary binary) {
        Object left = value(binary.left());
        return switch (binary.operator()) {
            case "and" -> Values.isTrue(left) ? value(binary.right()) : left;
            case "or" -> Values.isTrue(left) ? left : value(binary.right());
            default -> operators.computed(binary.operator(), left, value(binary.right()));
        };
    }

    /** What comes after a comparison that does not hold is not looked at. */
    private boolean comparison(Comparison comparison) {
        Object left = value(comparison.first());
        for (Comparand other : comparison.others()) {
            Object right = value(other.value());
            if (!operators.compare(other.operator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object choice(Choice choice) {
        if (Values.isTrue(value(choice.condition()))) {
            return value(choice.then());
        }
        return choice.otherwise().isPresent() ? value(choice.otherwise().get()) : Values.UNDEFINED;
    }
}
