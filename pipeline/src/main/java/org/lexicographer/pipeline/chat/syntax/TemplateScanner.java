package org.lexicographer.pipeline.chat.syntax;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into texts, outputs and statements. As transformers sets Jinja up: the line feed
 * after a statement goes ({@code trim_blocks}), and so do the blanks before one that stands first
 * in its line ({@code lstrip_blocks}); a hyphen inside takes all white space on its side.
 */
final class TemplateScanner {

    /** A piece of a template. */
    record Piece(Kind kind, String content) {

        /** What a piece is. */
        enum Kind {
            TEXT,
            OUTPUT,
            STATEMENT
        }
    }

    private final String source;
    private final List<Piece> pieces = new ArrayList<>();

    private TemplateScanner(String source) {
        this.source = source;
    }

    static List<Piece> scan(String template) {
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        // One line feed at the end is the file's.
        String source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
        TemplateScanner scanner = new TemplateScanner(source);
        scanner.scan();
        return scanner.pieces;
    }

    private void scan() {
        int at = 0;
        boolean trimLine = false;
        boolean trimAll = false;
        while (at < source.length()) {
            int open = nextTag(at);
            String text = source.substring(at, open < 0 ? source.length() : open);
            text = trimAll ? WhiteSpace.strip(text, true, false) : text;
            text = trimLine && text.startsWith("\n") ? text.substring(1) : text;
            if (open < 0) {
                add(Piece.Kind.TEXT, text);
                return;
            }
            char kind = source.charAt(open + 1);
            boolean startsLine = at == 0 || trimLine || trimAll;
            add(Piece.Kind.TEXT, before(text, open, kind, startsLine));
            int close = end(open + 2, kind);
            String inside = source.substring(open + 2, close);
            trimAll = inside.endsWith("-");
            trimLine = !trimAll && !inside.endsWith("+") && kind != '{';
            tag(kind, inside);
            at = close + 2;
        }
    }

    /** Returns the text before a tag, without what the tag takes of it. */
    private String before(String text, int open, char kind, boolean startsLine) {
        char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
        if (sign == '-') {
            return WhiteSpace.strip(text, false, true);
        }
        if (kind == '{' || sign == '+') {
            return text;
        }
        int line = text.lastIndexOf('\n') + 1;
        boolean first = line > 0 || (startsLine && isLineStart(open - text.length()));
        return first && text.substring(line).isBlank() ? text.substring(0, line) : text;
    }

    /** Tells whether nothing of its line comes before a place in the source. */
    private boolean isLineStart(int place) {
        return place == 0 || source.charAt(place - 1) == '\n';
    }

    private void tag(char kind, String inside) {
        if (kind == '#') {
            return;
        }
        String content = inside;
        if (content.startsWith("-") || content.startsWith("+")) {
            content = content.substring(1);
        }
        if (content.endsWith("-") || content.endsWith("+")) {
            content = content.substring(0, content.length() - 1);
        }
        pieces.add(
                new Piece(kind == '{' ? Piece.Kind.OUTPUT : Piece.Kind.STATEMENT, content.strip()));
    }

    private void add(Piece.Kind kind, String content) {
        if (!content.isEmpty()) {
            pieces.add(new Piece(kind, content));
        }
    }

    private int nextTag(int from) {
        for (int i = from; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Returns where a tag closes; quoted texts and braces within braces do not. */
    private int end(int from, char kind) {
        String close = kind == '{' ? "}}" : kind + "}";
        char quote = 0;
        int braces = 0;
        for (int i = from; i + 1 < source.length(); i++) {
            char c = source.charAt(i);
            if (kind != '#' && quote != 0) {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (kind != '#' && (c == '\'' || c == '"')) {
                quote = c;
            } else if (braces == 0 && source.startsWith(close, i)) {
                return i;
            } else if (kind == '{' && (c == '{' || c == '}')) {
                braces += c == '{' ? 1 : -1;
            }
        }
        throw new TemplateException("chat template not closed: expected=" + close);
    }
}
