package org.lexicographer.pipeline.chat.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.pipeline.chat.syntax.TemplateException;
import org.lexicographer.pipeline.chat.syntax.WhiteSpace;

/** What Python does with texts. */
public final class Texts {

    private final Budget budget;

    public Texts(Budget budget) {
        this.budget = budget;
    }

    /** Takes characters away from both ends, or from one; white space where none are named. */
    public String strip(String text, Optional<String> characters, boolean left, boolean right) {
        budget.characters(text.length());
        return characters
                .map(some -> stripped(text, some, left, right))
                .orElseGet(() -> WhiteSpace.strip(text, left, right));
    }

    private String stripped(String text, String characters, boolean left, boolean right) {
        budget.search(text, characters);
        int start = 0;
        int end = text.length();
        while (left && start < end && isAmong(text.codePointAt(start), characters)) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && isAmong(text.codePointBefore(end), characters)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static boolean isAmong(int character, String characters) {
        return characters.indexOf(character) >= 0;
    }

    public String upper(String text) {
        budget.characters(text.length());
        return text.toUpperCase(Locale.ROOT);
    }

    public String lower(String text) {
        budget.characters(text.length());
        return text.toLowerCase(Locale.ROOT);
    }

    public String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        int length = Character.charCount(first);
        return titleCase(first) + lower(text.substring(length));
    }

    /** Letters are upper case after what is no letter, and lower case otherwise. */
    public String title(String text) {
        budget.characters(text.length());
        StringBuilder title = new StringBuilder();
        boolean within = false;
        for (int character : text.codePoints().toArray()) {
            String as = Character.toString(character);
            title.append(within ? as.toLowerCase(Locale.ROOT) : titleCase(character));
            within = Character.isLetter(character);
        }
        return title.toString();
    }

    private static String titleCase(int character) {
        String upper = Character.toString(character).toUpperCase(Locale.ROOT);
        if (upper.codePointCount(0, upper.length()) > 1) {
            throw TemplateException.notKnown("title case", Character.toString(character));
        }
        return Character.toString(Character.toTitleCase(character));
    }

    public String replace(String text, String old, String other, long most) {
        budget.search(text, old);
        if (old.isEmpty()) {
            throw TemplateException.notKnown("replacement", "of an empty text");
        }
        StringBuilder replaced = new StringBuilder();
        int start = 0;
        long left = most < 0 ? Long.MAX_VALUE : most;
        for (int at = text.indexOf(old);
                at >= 0 && left > 0;
                at = text.indexOf(old, start), left--) {
            budget.characters(other.length());
            replaced.append(text, start, at).append(other);
            start = at + old.length();
        }
        budget.characters(text.length());
        return replaced.append(text, start, text.length()).toString();
    }

    /** Splits at a text; where none is given, at white space, of which none is at the ends. */
    public List<Object> split(String text, Optional<String> separator, long most) {
        budget.characters(text.length());
        return separator.map(it -> splitAt(text, it, most)).orElseGet(() -> words(text, most));
    }

    private List<Object> splitAt(String text, String separator, long most) {
        checkSeparator(separator);
        budget.search(text, separator);
        List<Object> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator);
                at >= 0 && (most < 0 || parts.size() < most);
                at = text.indexOf(separator, start)) {
            budget.elements(1);
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static void checkSeparator(String separator) {
        if (separator.isEmpty()) {
            throw new TemplateException("chat template splits at an empty text");
        }
    }

    private List<Object> words(String text, long most) {
        List<Object> words = new ArrayList<>();
        String left = WhiteSpace.strip(text, true, most < 0);
        while (!left.isEmpty()) {
            budget.elements(1);
            int end = 0;
            while (end < left.length() && !WhiteSpace.isSpace(left.charAt(end))) {
                end++;
            }
            if (most >= 0 && words.size() == most) {
                end = left.length();
            }
            budget.look(left);
            words.add(left.substring(0, end));
            left = WhiteSpace.strip(left.substring(end), true, false);
        }
        return words;
    }

    /** Splits at a text from the end on. */
    public List<Object> splitFromEnd(String text, String separator, long most) {
        checkSeparator(separator);
        budget.search(text, separator);
        budget.characters(text.length());
        List<Object> parts = new ArrayList<>();
        int end = text.length();
        for (int at = lastBefore(text, separator, end);
                at >= 0 && (most < 0 || parts.size() < most);
                at = lastBefore(text, separator, end)) {
            budget.elements(1);
            parts.addFirst(text.substring(at + separator.length(), end));
            end = at;
        }
        parts.addFirst(text.substring(0, end));
        return parts;
    }

    private static int lastBefore(String text, String separator, int end) {
        return end < separator.length()
                ? -1
                : text.lastIndexOf(separator, end - separator.length());
    }

    /** Splits at what Python calls the end of a line. */
    public List<Object> lines(String text) {
        budget.characters(text.length());
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!endsLine(c)) {
                continue;
            }
            budget.elements(1);
            lines.add(text.substring(start, i));
            boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            i += pair ? 1 : 0;
            start = i + 1;
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    private static boolean endsLine(char c) {
        return (c >= '\n' && c <= '\r')
                || (c >= 0x1c && c <= 0x1e)
                || c == 0x85
                || c == 0x2028
                || c == 0x2029;
    }

    /** Jinja's filter indent. */
    public String indent(String text, String indentation, boolean first, boolean blank) {
        List<Object> lines = lines(text + "\n");
        budget.characters(text.length() + (long) lines.size() * indentation.length());
        StringBuilder indented = new StringBuilder(first ? indentation : "");
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            if (i > 0) {
                indented.append('\n').append(blank || !line.isEmpty() ? indentation : "");
            }
            indented.append(line);
        }
        return indented.toString();
    }

    /** Returns the number of characters, of which each half of a pair is none. */
    public long length(String text) {
        budget.look(text);
        return text.codePointCount(0, text.length());
    }

    /** Returns the place of a text in another, in characters; -1 where it is not. */
    public long find(String text, String sought, boolean last) {
        budget.search(text, sought);
        int at = last ? text.lastIndexOf(sought) : text.indexOf(sought);
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    public long count(String text, String sought) {
        checkSeparator(sought);
        budget.search(text, sought);
        long count = 0;
        for (int at = text.indexOf(sought);
                at >= 0;
                at = text.indexOf(sought, at + sought.length())) {
            count++;
        }
        return count;
    }

    /** Orders texts as Python does, by characters. */
    public static int compare(String left, String right) {
        int i = 0;
        while (i < left.length() && i < right.length() && left.charAt(i) == right.charAt(i)) {
            i++;
        }
        if (i == left.length() || i == right.length()) {
            return Integer.compare(left.length(), right.length());
        }
        // Halves of pairs lie below some characters that are smaller.
        int from = i > 0 && Character.isLowSurrogate(left.charAt(i)) ? i - 1 : i;
        int other = i > 0 && Character.isLowSurrogate(right.charAt(i)) ? i - 1 : i;
        return Integer.compare(left.codePointAt(from), right.codePointAt(other));
    }
}
