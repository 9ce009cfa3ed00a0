package org.lexicographer.objectstore;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * A pattern of paths with slashes: {@code *} stands for characters of a name, {@code **} for
 * slashes too, {@code ?} for one character, {@code [ab]}, {@code [a-z]} and {@code [!a]} for one of
 * some, {@code {a,b}} for a choice, and a backslash takes what follows as it is.
 *
 * <p>It is matched with texts. The JDK's own patterns are matched with paths of the file system,
 * which has none for letters that the locale's encoding lacks. A path is gone through once, with
 * all places that the pattern may be at, so that no pattern takes longer than its length times the
 * path's.
 */
public final class PathPattern {

    /** So many places that no path takes long. */
    private static final int MOST_CHARACTERS = 1024;

    private static final int START = 0;
    private static final IntPredicate OF_A_NAME = c -> c != '/';

    /** Place n may be left for place n + 1 by a character that passes its test. */
    private final List<IntPredicate> tests = new ArrayList<>();

    /** Places that may be gone to from place n with no character. */
    private final List<BitSet> jumps = new ArrayList<>();

    private PathPattern() {
        place();
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException when it is none, or longer than is tried
     */
    public static PathPattern of(String pattern) {
        if (pattern.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "pattern too long: expected=at most %d characters, found=%d"
                            .formatted(MOST_CHARACTERS, pattern.length()));
        }
        PathPattern read = new PathPattern();
        read.new Reading(pattern).read();
        return read;
    }

    /** Tells whether a path is one of those that are meant. */
    public boolean matches(String path) {
        BitSet places = new BitSet();
        goTo(START, places);
        int[] characters = path.codePoints().toArray();
        for (int i = 0; i < characters.length && !places.isEmpty(); i++) {
            places = after(characters[i], places);
        }
        return places.get(last());
    }

    private BitSet after(int character, BitSet places) {
        BitSet next = new BitSet();
        places.stream()
                .filter(place -> place < last() && tests.get(place).test(character))
                .forEach(place -> goTo(place + 1, next));
        return next;
    }

    private void goTo(int place, BitSet places) {
        if (!places.get(place)) {
            places.set(place);
            jumps.get(place).stream().forEach(further -> goTo(further, places));
        }
    }

    private int last() {
        return jumps.size() - 1;
    }

    private void place() {
        jumps.add(new BitSet());
    }

    private void jump(int from, int to) {
        jumps.get(from).set(to);
    }

    /** Adds a place behind the last one. */
    private void then(IntPredicate test) {
        tests.add(test);
        place();
    }

    /** Adds what may be there any number of times: a place that leads back to the one before. */
    private void anyNumber(IntPredicate test) {
        int before = last();
        then(test);
        jump(before, last());
        jump(last(), before);
    }

    /** Nothing passes: from here on goes only what jumps. */
    private void stop() {
        then(c -> false);
    }

    /** Takes a pattern character by character. */
    private final class Reading {

        private final String pattern;
        private final List<Integer> endsOfChoice = new ArrayList<>();
        private int startOfChoice = -1;
        private int at;

        Reading(String pattern) {
            this.pattern = pattern;
        }

        void read() {
            while (at < pattern.length()) {
                int c = next();
                switch (c) {
                    case '*' -> stars();
                    case '?' -> then(OF_A_NAME);
                    case '[' -> some();
                    case '\\' -> itself(next());
                    case '{' -> openChoice();
                    case '}' -> closeChoice();
                    case ',' -> nextChoice();
                    default -> itself(c);
                }
            }
            if (inChoice()) {
                throw new IllegalArgumentException("choice not closed: expected=}");
            }
        }

        private boolean inChoice() {
            return startOfChoice >= 0;
        }

        private int next() {
            if (at == pattern.length()) {
                throw new IllegalArgumentException("pattern ends early");
            }
            int c = pattern.codePointAt(at);
            at += Character.charCount(c);
            return c;
        }

        private void itself(int c) {
            then(found -> found == c);
        }

        private void stars() {
            boolean slashes = at < pattern.length() && pattern.charAt(at) == '*';
            at += slashes ? 1 : 0;
            anyNumber(slashes ? c -> true : OF_A_NAME);
        }

        private void openChoice() {
            if (inChoice()) {
                throw new IllegalArgumentException("choice within a choice");
            }
            startOfChoice = last();
            stop();
            jump(startOfChoice, last());
        }

        private void nextChoice() {
            if (!inChoice()) {
                itself(',');
                return;
            }
            endsOfChoice.add(last());
            stop();
            jump(startOfChoice, last());
        }

        private void closeChoice() {
            if (!inChoice()) {
                itself('}');
                return;
            }
            endsOfChoice.add(last());
            stop();
            endsOfChoice.forEach(end -> jump(end, last()));
            endsOfChoice.clear();
            startOfChoice = -1;
        }

        /** One of some characters is written as in regular expressions, nearly. */
        private void some() {
            boolean others = at < pattern.length() && pattern.charAt(at) == '!';
            at += others ? 1 : 0;
            StringBuilder expression = new StringBuilder(others ? "(?!/)[^" : "(?!/)[");
            int first = at;
            for (int c = next(); c != ']' || at == first + 1; c = next()) {
                boolean range = c == '-' && at > first + 1 && pattern.charAt(at) != ']';
                boolean isPlain = range || c > 127 || Character.isLetterOrDigit(c);
                expression.append(isPlain ? "" : "\\").appendCodePoint(c);
            }
            Pattern one = Pattern.compile(expression.append(']').toString(), Pattern.DOTALL);
            then(c -> one.matcher(Character.toString(c)).matches());
        }
    }
}
