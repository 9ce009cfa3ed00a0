package org.lexicographer.pipeline.chat.syntax;

/** A text in quotes, with Python's escapes. */
final class QuotedText {

    private final String quoted;
    private final StringBuilder text = new StringBuilder();
    private int at = 1;

    private QuotedText(String quoted) {
        this.quoted = quoted;
    }

    static String unquoted(String quoted) {
        QuotedText reader = new QuotedText(quoted);
        while (reader.at < quoted.length() - 1) {
            reader.character();
        }
        return reader.text.toString();
    }

    private void character() {
        char c = quoted.charAt(at++);
        if (c != '\\') {
            text.append(c);
            return;
        }
        char escape = quoted.charAt(at++);
        switch (escape) {
            case '\n' -> {}
            case '\\', '\'', '"' -> text.append(escape);
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'a' -> text.append('\u0007');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'v' -> text.append('\u000b');
            case 'x' -> text.appendCodePoint(hexadecimal(2));
            case 'u' -> text.appendCodePoint(hexadecimal(4));
            case 'U' -> text.appendCodePoint(hexadecimal(8));
            case '0', '1', '2', '3', '4', '5', '6', '7' -> text.appendCodePoint(octal());
            case 'N' -> throw unknown();
            // Python leaves a backslash that escapes nothing where it is.
            default -> text.append('\\').append(escape);
        }
    }

    private int hexadecimal(int digits) {
        int end = at + digits;
        if (end > quoted.length() - 1) {
            throw unknown();
        }
        try {
            int value = Integer.parseUnsignedInt(quoted, at, end, 16);
            at = end;
            return checked(value);
        } catch (NumberFormatException e) {
            throw unknown();
        }
    }

    private int octal() {
        int end = at;
        while (end < at + 2 && quoted.charAt(end) >= '0' && quoted.charAt(end) <= '7') {
            end++;
        }
        int value = Integer.parseInt(quoted, at - 1, end, 8);
        at = end;
        return value;
    }

    /** Half of a pair is a character of its own in Python, and would be one with the next here. */
    private int checked(int value) {
        boolean half = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
        if (half || !Character.isValidCodePoint(value)) {
            throw unknown();
        }
        return value;
    }

    private TemplateException unknown() {
        return TemplateException.notKnown("text", quoted);
    }
}
