package org.lexicographer.pipeline.chat.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one statement or expression, taken one after the other. */
final class Tokens {

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(?<name>[A-Za-z_]\\w*)"
                            + "|(?<float>(?<!\\.)\\d+(?:\\.\\d+(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+)(?!\\w))"
                            + "|(?<number>(?:[1-9]\\d*|0+)(?!\\w))"
                            + "|(?<text>'(?:[^'\\\\]++|\\\\.)*+'|\"(?:[^\"\\\\]++|\\\\.)*+\")"
                            + "|(?<operator>==|!=|<=|>=|//|\\*\\*|[-+~*/%<>=.,:|()\\[\\]{}]))",
                    Pattern.DOTALL);

    /**
     * Names and operators of one expression, commas apart: a chain of them is as deep as it is
     * long.
     */
    private static final int MOST_LINKS = 2000;

    private record Token(boolean isName, Optional<Object> literal, String text) {}

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    Tokens(String source) {
        this.source = source;
        Matcher matcher = TOKEN.matcher(source).useTransparentBounds(true);
        int end = source.stripTrailing().length();
        int links = 0;
        for (int at = 0; at < end; at = matcher.end()) {
            if (!matcher.region(at, source.length()).lookingAt()) {
                throw unexpected();
            }
            Token token = token(matcher);
            tokens.add(token);
            links += token.literal().isPresent() || token.text().equals(",") ? 0 : 1;
            TemplateException.checkDepth("expression", links, MOST_LINKS);
        }
    }

    private static Token token(Matcher matcher) {
        if (matcher.group("float") != null) {
            return literal(Double.parseDouble(matcher.group("float")));
        }
        if (matcher.group("number") != null) {
            return literal(number(matcher.group("number")));
        }
        if (matcher.group("text") != null) {
            return literal(QuotedText.unquoted(matcher.group("text")));
        }
        String name = matcher.group("name");
        return name == null
                ? new Token(false, Optional.empty(), matcher.group("operator"))
                : new Token(true, Optional.empty(), name);
    }

    private static Token literal(Object value) {
        return new Token(false, Optional.of(value), "literal");
    }

    private static long number(String digits) {
        if (digits.length() > 15) {
            throw TemplateException.notKnown("number", digits);
        }
        return Long.parseLong(digits);
    }

    /** Says that what comes next, or ends too early, is not known here. */
    TemplateException unexpected() {
        return TemplateException.notKnown("expression", source.strip());
    }

    /** Checks that all was taken. */
    void end() {
        if (!atEnd()) {
            throw unexpected();
        }
    }

    boolean atEnd() {
        return next >= tokens.size();
    }

    /** Tells whether a name or an operator comes next. */
    boolean sees(String text) {
        return sees(0, text);
    }

    boolean sees(int after, String text) {
        return next + after < tokens.size()
                && tokens.get(next + after).literal().isEmpty()
                && tokens.get(next + after).text().equals(text);
    }

    boolean seesName() {
        return !atEnd() && tokens.get(next).isName();
    }

    boolean seesLiteral() {
        return !atEnd() && tokens.get(next).literal().isPresent();
    }

    boolean takes(String text) {
        boolean seen = sees(text);
        next += seen ? 1 : 0;
        return seen;
    }

    void expect(String text) {
        if (!takes(text)) {
            throw unexpected();
        }
    }

    String name() {
        if (!seesName()) {
            throw unexpected();
        }
        return tokens.get(next++).text();
    }

    Object literal() {
        if (!seesLiteral()) {
            throw unexpected();
        }
        return tokens.get(next++).literal().orElseThrow();
    }

    /** Takes an operator that is none of those that were looked for. */
    String operator() {
        if (atEnd() || seesName() || seesLiteral()) {
            throw unexpected();
        }
        return tokens.get(next++).text();
    }
}
