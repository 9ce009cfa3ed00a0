package org.lexicographer.pipeline.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/** Reads expressions, with Jinja's order of operators. */
final class ExpressionParser {

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(?<name>[A-Za-z_]\\w*)|(?<number>\\d+(?![\\w.]))"
                            + "|(?<text>'(?:[^'\\\\]++|\\\\.)*+'|\"(?:[^\"\\\\]++|\\\\.)*+\")"
                            + "|(?<operator>==|!=|<=|>=|[-+~*%<>=.,:|()\\[\\]]))",
                    Pattern.DOTALL);

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");
    private static final Set<String> WORDS = Set.of("and", "or", "not", "in", "is", "if", "else");

    /** Brackets within brackets: each takes some ten frames of the stack. */
    private static final int MOST_DEPTH = 200;

    /**
     * Names and operators of one expression, commas apart: a chain of them is as deep as it is
     * long.
     */
    private static final int MOST_LINKS = 2000;

    private record Token(boolean isName, Optional<Object> literal, String text) {}

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int next;
    private int depth;

    ExpressionParser(String source) {
        this.source = source;
        Matcher matcher = TOKEN.matcher(source);
        int end = source.stripTrailing().length();
        int links = 0;
        for (int at = 0; at < end; at = matcher.end()) {
            if (!matcher.region(at, source.length()).lookingAt()) {
                throw TemplateException.notKnown("expression", source.strip());
            }
            Token token = token(matcher);
            tokens.add(token);
            links += token.literal().isPresent() || token.text().equals(",") ? 0 : 1;
            TemplateException.checkDepth("expression", links, MOST_LINKS);
        }
    }

    private static Token token(Matcher matcher) {
        if (matcher.group("number") != null) {
            return new Token(false, Optional.of(number(matcher.group("number"))), "number");
        }
        if (matcher.group("text") != null) {
            return new Token(false, Optional.of(unquoted(matcher.group("text"))), "text");
        }
        String name = matcher.group("name");
        return name == null
                ? new Token(false, Optional.empty(), matcher.group("operator"))
                : new Token(true, Optional.empty(), name);
    }

    private static long number(String digits) {
        if (digits.length() > 15) {
            throw TemplateException.notKnown("number", digits);
        }
        return Long.parseLong(digits);
    }

    /** The escapes of Python's that templates use. */
    private static String unquoted(String quoted) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            i++;
            switch (quoted.charAt(i)) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case '\\', '\'', '"' -> text.append(quoted.charAt(i));
                default -> throw TemplateException.notKnown("text", quoted);
            }
        }
        return text.toString();
    }

    /** Reads one expression that is all of the source. */
    static Expression parse(String source) {
        ExpressionParser parser = new ExpressionParser(source);
        Expression expression = parser.choice();
        parser.end();
        return expression;
    }

    private void end() {
        if (next < tokens.size()) {
            throw unexpected();
        }
    }

    private TemplateException unexpected() {
        return TemplateException.notKnown("expression", source.strip());
    }

    private boolean sees(String text) {
        return next < tokens.size()
                && tokens.get(next).literal().isEmpty()
                && tokens.get(next).text().equals(text);
    }

    private boolean takes(String text) {
        boolean seen = sees(text);
        next += seen ? 1 : 0;
        return seen;
    }

    private void expect(String text) {
        if (!takes(text)) {
            throw unexpected();
        }
    }

    private String name() {
        if (next >= tokens.size() || !tokens.get(next).isName()) {
            throw unexpected();
        }
        return tokens.get(next++).text();
    }

    private Expression choice() {
        TemplateException.checkDepth("expression", ++depth, MOST_DEPTH);
        Expression value = or();
        while (takes("if")) {
            Expression condition = or();
            Optional<Expression> otherwise =
                    takes("else") ? Optional.of(choice()) : Optional.empty();
            value = new Choice(condition, value, otherwise);
        }
        depth--;
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (takes("or")) {
            left = new Binary("or", left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (takes("and")) {
            left = new Binary("and", left, not());
        }
        return left;
    }

    private Expression not() {
        if (!takes("not")) {
            return comparison();
        }
        TemplateException.checkDepth("expression", ++depth, MOST_DEPTH);
        Expression negated = new Not(not());
        depth--;
        return negated;
    }

    /** Chains such as a == b == c, which compare each with the next, are not read. */
    private Expression comparison() {
        Expression left = sum();
        Optional<String> operator = COMPARISONS.stream().filter(this::sees).findFirst();
        Expression compared = left;
        if (operator.isPresent()) {
            next++;
            compared = new Binary(operator.get(), left, sum());
        } else if (takes("in")) {
            compared = new Binary("in", left, sum());
        } else if (sees("not") && next + 1 < tokens.size()) {
            next++;
            expect("in");
            compared = new Not(new Binary("in", left, sum()));
        }
        if (compared != left
                && (COMPARISONS.stream().anyMatch(this::sees) || sees("in") || sees("not"))) {
            throw unexpected();
        }
        return compared;
    }

    private Expression sum() {
        Expression left = joined();
        while (sees("+") || sees("-")) {
            String operator = tokens.get(next++).text();
            left = new Binary(operator, left, joined());
        }
        return left;
    }

    private Expression joined() {
        Expression left = product();
        while (takes("~")) {
            left = new Binary("~", left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = unary();
        while (sees("*") || sees("%")) {
            String operator = tokens.get(next++).text();
            left = new Binary(operator, left, unary());
        }
        return left;
    }

    private Expression unary() {
        if (takes("-")) {
            return new Negative(postfix(primary()));
        }
        return filtered(postfix(primary()));
    }

    private Expression filtered(Expression subject) {
        Expression value = subject;
        while (sees("|") || sees("is")) {
            if (takes("|")) {
                value = filter(value);
            } else {
                expect("is");
                value = test(value);
            }
        }
        return value;
    }

    private Expression filter(Expression subject) {
        String name = name();
        if (takes("(")) {
            List<Argument> named = new ArrayList<>();
            boolean plain = arguments(named).isEmpty() && named.isEmpty();
            return new Filter(subject, plain ? name : name + "(...)");
        }
        return new Filter(subject, name);
    }

    private Expression test(Expression subject) {
        boolean negated = takes("not");
        String name = name();
        if (sees("(") || (next < tokens.size() && tokens.get(next).literal().isPresent())) {
            throw unexpected();
        }
        return new Test(subject, name, negated);
    }

    private Expression postfix(Expression primary) {
        Expression value = primary;
        while (true) {
            if (takes(".")) {
                value = new Member(value, new Literal(name()), true);
            } else if (takes("[")) {
                value = subscript(value);
            } else if (takes("(")) {
                List<Argument> named = new ArrayList<>();
                value = new Call(value, arguments(named), named);
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression subject) {
        Optional<Expression> start = sees(":") ? Optional.empty() : Optional.of(choice());
        if (takes("]")) {
            return new Member(subject, start.orElseThrow(), false);
        }
        expect(":");
        Optional<Expression> stop =
                sees("]") || sees(":") ? Optional.empty() : Optional.of(choice());
        Optional<Expression> step =
                takes(":") && !sees("]") ? Optional.of(choice()) : Optional.empty();
        expect("]");
        return new Slice(subject, start, stop, step);
    }

    private List<Expression> arguments(List<Argument> named) {
        List<Expression> values = new ArrayList<>();
        while (!takes(")")) {
            boolean isNamed =
                    next + 1 < tokens.size()
                            && tokens.get(next).isName()
                            && tokens.get(next + 1).text().equals("=");
            if (isNamed) {
                String name = name();
                expect("=");
                named.add(new Argument(name, choice()));
            } else {
                values.add(choice());
            }
            if (!sees(")")) {
                expect(",");
            }
        }
        return values;
    }

    private Expression primary() {
        if (next >= tokens.size()) {
            throw unexpected();
        }
        Token token = tokens.get(next++);
        if (token.literal().isPresent()) {
            // Texts side by side are one in Python.
            if (next < tokens.size() && tokens.get(next).literal().isPresent()) {
                throw unexpected();
            }
            return new Literal(token.literal().get());
        }
        if (token.isName() && !WORDS.contains(token.text())) {
            return switch (token.text()) {
                case "true", "True" -> new Literal(true);
                case "false", "False" -> new Literal(false);
                case "none", "None" -> new Literal(Values.NONE);
                default -> new Name(token.text());
            };
        }
        return switch (token.text()) {
            case "(" -> {
                Expression inner = choice();
                expect(")");
                yield inner;
            }
            case "[" -> list();
            default -> throw unexpected();
        };
    }

    private Expression list() {
        List<Expression> elements = new ArrayList<>();
        while (!takes("]")) {
            elements.add(choice());
            if (!sees("]")) {
                expect(",");
            }
        }
        return new ListOf(elements);
    }
}
