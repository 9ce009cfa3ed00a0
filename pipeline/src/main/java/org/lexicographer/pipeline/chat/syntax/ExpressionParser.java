package org.lexicographer.pipeline.chat.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

/** Reads expressions, with Jinja's order of operators. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");
    private static final Set<String> WORDS =
            Set.of("and", "or", "not", "in", "is", "if", "else", "elif", "recursive");

    /** Brackets within brackets: each takes some ten frames of the stack. */
    private static final int MOST_DEPTH = 200;

    private final Tokens tokens;
    private int depth;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Reads one expression that is all of the source. */
    static Expression parse(String source) {
        Tokens tokens = new Tokens(source);
        Expression expression = new ExpressionParser(tokens).values();
        tokens.end();
        return expression;
    }

    /** Reads one expression, or several with commas between them. */
    Expression values() {
        return several(choice(), true);
    }

    /** Reads what a loop is over: no choice, as a condition may follow. */
    Expression loopValues() {
        return several(or(), false);
    }

    private Expression several(Expression first, boolean choices) {
        if (!tokens.sees(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (tokens.takes(",") && !tokens.atEnd() && !tokens.sees(")")) {
            elements.add(choices ? choice() : or());
        }
        return new TupleOf(elements);
    }

    Expression choice() {
        TemplateException.checkDepth("expression", ++depth, MOST_DEPTH);
        Expression value = or();
        while (tokens.takes("if")) {
            Expression condition = or();
            Optional<Expression> otherwise =
                    tokens.takes("else") ? Optional.of(choice()) : Optional.empty();
            value = new Choice(condition, value, otherwise);
        }
        depth--;
        return value;
    }

    /** Reads an expression that is no choice. */
    Expression or() {
        Expression left = and();
        while (tokens.takes("or")) {
            left = new Binary("or", left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.takes("and")) {
            left = new Binary("and", left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.takes("not")) {
            return comparison();
        }
        TemplateException.checkDepth("expression", ++depth, MOST_DEPTH);
        Expression negated = new Not(not());
        depth--;
        return negated;
    }

    private Expression comparison() {
        Expression first = sum();
        List<Comparand> others = new ArrayList<>();
        for (Optional<String> operator = comparison(0);
                operator.isPresent();
                operator = comparison(0)) {
            others.add(new Comparand(operator.get(), sum()));
        }
        return others.isEmpty() ? first : new Comparison(first, others);
    }

    private Optional<String> comparison(int after) {
        Optional<String> operator =
                COMPARISONS.stream().filter(it -> tokens.sees(after, it)).findFirst();
        if (operator.isPresent()) {
            tokens.operator();
            return operator;
        }
        if (tokens.takes("in")) {
            return Optional.of("in");
        }
        if (tokens.sees("not") && tokens.sees(1, "in")) {
            tokens.name();
            tokens.name();
            return Optional.of("not in");
        }
        return Optional.empty();
    }

    private Expression sum() {
        Expression left = joined();
        while (tokens.sees("+") || tokens.sees("-")) {
            left = new Binary(tokens.operator(), left, joined());
        }
        return left;
    }

    private Expression joined() {
        Expression left = product();
        while (tokens.takes("~")) {
            left = new Binary("~", left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = power();
        while (tokens.sees("*") || tokens.sees("/") || tokens.sees("//") || tokens.sees("%")) {
            left = new Binary(tokens.operator(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.takes("**")) {
            left = new Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        Expression value;
        if (tokens.takes("-")) {
            TemplateException.checkDepth("expression", ++depth, MOST_DEPTH);
            value = new Negative(unary(false));
            depth--;
        } else {
            value = primary();
        }
        Expression whole = postfix(value);
        return filtered ? filtered(whole) : whole;
    }

    private Expression filtered(Expression subject) {
        Expression value = subject;
        while (true) {
            if (tokens.sees("|")) {
                value = filters(value);
            } else if (tokens.takes("is")) {
                value = test(value);
            } else if (tokens.takes("(")) {
                value = new Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    /** Reads what filters make of a value; there may be none. */
    Expression filters(Expression subject) {
        Expression value = subject;
        while (tokens.takes("|")) {
            value = filter(value);
        }
        return value;
    }

    /** Reads the name of a filter, and what it is given. */
    Expression filter(Expression subject) {
        String name = tokens.name();
        return new Filter(subject, name, tokens.takes("(") ? arguments() : Arguments.NONE);
    }

    private Expression test(Expression subject) {
        boolean negated = tokens.takes("not");
        String name = tokens.name();
        if (tokens.takes("(")) {
            return new Test(subject, name, negated, arguments());
        }
        if (tokens.seesLiteral() || tokens.sees("[") || tokens.sees("{")) {
            return new Test(subject, name, negated, only(postfix(primary())));
        }
        boolean ends = tokens.sees("else") || tokens.sees("or") || tokens.sees("and");
        if (tokens.seesName() && !ends) {
            // Jinja takes any other word for what is given to the test, "if" and "in" too.
            if (tokens.sees("if") || tokens.sees("in") || tokens.sees("not") || tokens.sees("is")) {
                throw tokens.unexpected();
            }
            return new Test(subject, name, negated, only(postfix(primary())));
        }
        return new Test(subject, name, negated, Arguments.NONE);
    }

    private static Arguments only(Expression value) {
        return new Arguments(List.of(value), List.of());
    }

    private Expression postfix(Expression primary) {
        Expression value = primary;
        while (true) {
            if (tokens.takes(".")) {
                value = member(value);
            } else if (tokens.takes("[")) {
                value = subscript(value);
            } else if (tokens.takes("(")) {
                value = new Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression member(Expression subject) {
        if (!tokens.seesLiteral()) {
            return new Member(subject, new Literal(tokens.name()), true);
        }
        if (tokens.literal() instanceof Long place) {
            return new Member(subject, new Literal(place), false);
        }
        throw tokens.unexpected();
    }

    private Expression subscript(Expression subject) {
        Optional<Expression> start = tokens.sees(":") ? Optional.empty() : Optional.of(choice());
        if (tokens.takes("]")) {
            return new Member(subject, start.orElseThrow(), false);
        }
        tokens.expect(":");
        Optional<Expression> stop =
                tokens.sees("]") || tokens.sees(":") ? Optional.empty() : Optional.of(choice());
        Optional<Expression> step =
                tokens.takes(":") && !tokens.sees("]") ? Optional.of(choice()) : Optional.empty();
        tokens.expect("]");
        return new Slice(subject, start, stop, step);
    }

    /** Reads what is given, after the bracket that opens it. */
    private Arguments arguments() {
        List<Expression> values = new ArrayList<>();
        List<Argument> named = new ArrayList<>();
        while (!tokens.takes(")")) {
            if (tokens.seesName() && tokens.sees(1, "=")) {
                String name = tokens.name();
                tokens.expect("=");
                named.add(new Argument(name, choice()));
            } else if (named.isEmpty()) {
                values.add(choice());
            } else {
                throw tokens.unexpected();
            }
            if (!tokens.sees(")")) {
                tokens.expect(",");
            }
        }
        return new Arguments(values, named);
    }

    private Expression primary() {
        if (tokens.seesLiteral()) {
            return literal();
        }
        if (tokens.seesName()) {
            return named(tokens.name());
        }
        return switch (tokens.operator()) {
            case "(" -> bracketed();
            case "[" -> new ListOf(elements("]"));
            case "{" -> map();
            default -> throw tokens.unexpected();
        };
    }

    /** Texts side by side are one. */
    private Expression literal() {
        Object value = tokens.literal();
        if (!(value instanceof String first)) {
            return new Literal(value);
        }
        StringBuilder text = new StringBuilder(first);
        while (tokens.seesLiteral()) {
            if (!(tokens.literal() instanceof String more)) {
                throw tokens.unexpected();
            }
            text.append(more);
        }
        return new Literal(text.toString());
    }

    private Expression named(String name) {
        if (WORDS.contains(name)) {
            throw tokens.unexpected();
        }
        return switch (name) {
            case "true", "True" -> new Literal(true);
            case "false", "False" -> new Literal(false);
            case "none", "None" -> new None();
            default -> new Name(name);
        };
    }

    private Expression bracketed() {
        if (tokens.takes(")")) {
            return new TupleOf(List.of());
        }
        Expression inner = values();
        tokens.expect(")");
        return inner;
    }

    private List<Expression> elements(String close) {
        List<Expression> elements = new ArrayList<>();
        while (!tokens.takes(close)) {
            elements.add(choice());
            if (!tokens.sees(close)) {
                tokens.expect(",");
            }
        }
        return elements;
    }

    private Expression map() {
        List<Entry> entries = new ArrayList<>();
        while (!tokens.takes("}")) {
            Expression key = choice();
            tokens.expect(":");
            entries.add(new Entry(key, choice()));
            if (!tokens.sees("}")) {
                tokens.expect(",");
            }
        }
        return new MapOf(entries);
    }
}
