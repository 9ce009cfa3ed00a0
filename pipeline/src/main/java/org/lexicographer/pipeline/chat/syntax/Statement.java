package org.lexicographer.pipeline.chat;

import java.util.List;
import java.util.Optional;

/** Something in a template that is done. */
sealed interface Statement {

    record Text(String text) implements Statement {}

    record Output(Expression value) implements Statement {}

    /** Sets a variable, or a field of a namespace. */
    record Set(String name, Optional<String> field, Expression value) implements Statement {}

    /** The first branch whose condition holds is done. */
    record If(List<Branch> branches) implements Statement {}

    /** A branch of an {@link If}; the last may have no condition. */
    record Branch(Optional<Expression> condition, List<Statement> body) {}

    record For(String variable, Expression values, List<Statement> body) implements Statement {}
}
