package org.lexicographer.pipeline.chat.syntax;

import java.util.List;
import java.util.Optional;

/** Something in a template that has a value. */
public sealed interface Expression {

    /** A text, a whole number (long), another number (double), or a truth value. */
    record Literal(Object value) implements Expression {}

    /** Python's None. */
    record None() implements Expression {}

    /** A list. */
    record ListOf(List<Expression> elements) implements Expression {}

    /** A list that cannot be changed, which is another than a list of the same elements. */
    record TupleOf(List<Expression> elements) implements Expression {}

    /** A map. */
    record MapOf(List<Entry> entries) implements Expression {}

    /** A field of a {@link MapOf}. */
    record Entry(Expression key, Expression value) {}

    /** What a name stands for. */
    record Name(String name) implements Expression {}

    /**
     * {@code subject.name}, which Jinja first looks for among Python's attributes, or {@code
     * subject['name']}.
     */
    record Member(Expression subject, Expression name, boolean attribute) implements Expression {}

    /** A part of a list or a text. */
    record Slice(
            Expression subject,
            Optional<Expression> start,
            Optional<Expression> stop,
            Optional<Expression> step)
            implements Expression {}

    /** What a function, a macro or a method returns. */
    record Call(Expression function, Arguments arguments) implements Expression {}

    /** What is given to a function, a filter or a test: by place, and then by name. */
    record Arguments(List<Expression> values, List<Argument> named) {

        static final Arguments NONE = new Arguments(List.of(), List.of());
    }

    /** One that is given by name. */
    record Argument(String name, Expression value) {}

    /** What a filter makes of a value. */
    record Filter(Expression subject, String name, Arguments arguments) implements Expression {}

    /** What a test says of a value. */
    record Test(Expression subject, String name, boolean negated, Arguments arguments)
            implements Expression {}

    /** The opposite truth. */
    record Not(Expression operand) implements Expression {}

    /** The number below zero, or above it. */
    record Negative(Expression operand) implements Expression {}

    /** What an operator makes of two values. */
    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** Values each compared with the next: {@code a < b < c}. */
    record Comparison(Expression first, List<Comparand> others) implements Expression {}

    /** What a value is compared with. */
    record Comparand(String operator, Expression value) {}

    /** One value or the other. */
    record Choice(Expression condition, Expression then, Optional<Expression> otherwise)
            implements Expression {}
}
