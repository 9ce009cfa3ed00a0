package org.lexicographer.pipeline.chat.syntax;

import java.util.List;
import java.util.Optional;

/** Something in a template that is done. */
public sealed interface Statement {

    /** The name that stands for what a statement's own body writes; no template can write it. */
    String WRITTEN = " written";

    /** Writes a text. */
    record Text(String text) implements Statement {}

    /** Writes a value. */
    record Output(Expression value) implements Statement {}

    /** Gives something a value. */
    record Set(Target target, Expression value) implements Statement {}

    /**
     * Gives something what a body writes.
     *
     * @param value what becomes of {@link #WRITTEN}
     */
    record SetWritten(Target target, Expression value, List<Statement> body) implements Statement {}

    /**
     * Writes what becomes of what a body writes.
     *
     * @param value what becomes of {@link #WRITTEN}
     */
    record Filtered(Expression value, List<Statement> body) implements Statement {}

    /** Does a body in which names are set that are not set after it. */
    record Block(List<Set> names, List<Statement> body) implements Statement {}

    /** Gives a body a name under which it is called. */
    record Macro(String name, List<Parameter> parameters, List<Statement> body)
            implements Statement {}

    /** What a {@link Macro} is given. */
    record Parameter(String name, Optional<Expression> otherwise) {}

    /** The first branch whose condition holds is done. */
    record If(List<Branch> branches) implements Statement {}

    /** A branch of an {@link If}; the last may have no condition. */
    record Branch(Optional<Expression> condition, List<Statement> body) {}

    /**
     * Does a body for each of several values.
     *
     * @param condition for which of them
     * @param otherwise what is done where there is none
     */
    record For(
            Target target,
            Expression values,
            Optional<Expression> condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    /** Ends the loop around, or its turn. */
    record Leave(boolean loop) implements Statement {}

    /** What is given a value. */
    sealed interface Target {

        /** A variable. */
        record Variable(String name) implements Target {}

        /** A field of a namespace. */
        record Field(String namespace, String name) implements Target {}

        /** Several, to which as many values are given. */
        record Several(List<Target> targets) implements Target {}
    }
}
