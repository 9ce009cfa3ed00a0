package org.lexicographer.objectstore;

import java.util.regex.Pattern;

/**
 * A pattern of paths with slashes: {@code *} stands for characters of a name, {@code **} for
 * slashes too, {@code ?} for one character, {@code [ab]}, {@code [a-z]} and {@code [!a]} for one of
 * some, {@code {a,b}} for a choice, and a backslash takes what follows as it is.
 *
 * <p>It is matched with texts. The JDK's own patterns are matched with paths of the file system,
 * which has none for letters that the locale's encoding lacks.
 */
public final class PathPattern {

    /** Each star multiplies the ways that a name is tried in. */
    private static final int MOST_STARS = 6;

    private final Pattern expression;

    private PathPattern(Pattern expression) {
        this.expression = expression;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException when it is none, or has more stars than are tried
     */
    public static PathPattern of(String pattern) {
        if (pattern.chars().filter(c -> c == '*').count() > MOST_STARS) {
            throw new IllegalArgumentException("more than %d stars".formatted(MOST_STARS));
        }
        return new PathPattern(
                Pattern.compile(new Translation(pattern).expression(), Pattern.DOTALL));
    }

    /** Tells whether a path is one of those that are meant. */
    public boolean matches(String path) {
        return expression.matcher(path).matches();
    }

    /** Makes a regular expression of a pattern, character by character. */
    private static final class Translation {

        private final String pattern;
        private final StringBuilder expression = new StringBuilder();
        private int at;
        private boolean inChoice;

        Translation(String pattern) {
            this.pattern = pattern;
        }

        String expression() {
            while (at < pattern.length()) {
                int c = next();
                switch (c) {
                    case '*' -> stars();
                    case '?' -> expression.append("[^/]");
                    case '[' -> some();
                    case '\\' -> itself(next());
                    case '{' -> openChoice();
                    case '}' -> closeChoice();
                    case ',' -> expression.append(inChoice ? "|" : ",");
                    default -> itself(c);
                }
            }
            if (inChoice) {
                throw new IllegalArgumentException("choice not closed: expected=}");
            }
            return expression.toString();
        }

        private int next() {
            if (at == pattern.length()) {
                throw new IllegalArgumentException("pattern ends early");
            }
            int c = pattern.codePointAt(at);
            at += Character.charCount(c);
            return c;
        }

        private void stars() {
            boolean slashes = at < pattern.length() && pattern.charAt(at) == '*';
            at += slashes ? 1 : 0;
            expression.append(slashes ? ".*" : "[^/]*");
        }

        private void openChoice() {
            if (inChoice) {
                throw new IllegalArgumentException("choice within a choice");
            }
            inChoice = true;
            expression.append("(?:");
        }

        private void closeChoice() {
            expression.append(inChoice ? ")" : "\\}");
            inChoice = false;
        }

        private void some() {
            boolean others = at < pattern.length() && pattern.charAt(at) == '!';
            at += others ? 1 : 0;
            expression.append(others ? "(?!/)[^" : "(?!/)[");
            int first = at;
            for (int c = next(); c != ']' || at == first + 1; c = next()) {
                boolean range = c == '-' && at > first + 1 && pattern.charAt(at) != ']';
                if (range) {
                    expression.append('-');
                } else {
                    itself(c);
                }
            }
            expression.append("]");
        }

        private void itself(int c) {
            boolean isPlain = c > 127 || Character.isLetterOrDigit(c);
            expression.append(isPlain ? "" : "\\").appendCodePoint(c);
        }
    }
}
