package org.lexicographer.pipeline.chat;

import java.util.List;
import java.util.Optional;

/** Something in a template that has a value. */
sealed interface Expression {

    /** A text, a number, a truth value, or none. */
    record Literal(Object value) implements Expression {}

    record ListOf(List<Expression> elements) implements Expression {}

    record Name(String name) implements Expression {}

    /**
     * {@code subject.name}, which Jinja first looks for among Python's attributes, or {@code
     * subject['name']}.
     */
    record Member(Expression subject, Expression name, boolean attribute) implements Expression {}

    record Slice(
            Expression subject,
            Optional<Expression> start,
            Optional<Expression> stop,
            Optional<Expression> step)
            implements Expression {}

    record Call(Expression function, List<Expression> arguments, List<Argument> named)
            implements Expression {}

    record Argument(String name, Expression value) {}

    /** A filter; those that are known take no arguments. */
    record Filter(Expression subject, String name) implements Expression {}

    record Test(Expression subject, String name, boolean negated) implements Expression {}

    record Not(Expression operand) implements Expression {}

    record Negative(Expression operand) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    record Choice(Expression condition, Expression then, Optional<Expression> otherwise)
            implements Expression {}
}
