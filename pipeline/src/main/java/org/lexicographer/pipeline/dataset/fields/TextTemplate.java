package org.lexicographer.pipeline.dataset.fields;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.BrokenRuleException;

/**
 * A text with fields of a record in braces, such as <code>{question}\n{answer}</code>; two braces
 * stand for one. A field is a text, a number or a truth value.
 *
 * @param text the template as written
 */
public record TextTemplate(String text) {

    private static final String FIELD = "template's field";

    /** Words, or a field. */
    private sealed interface Piece {

        record Words(String words) implements Piece {}

        record Field(FieldPath path) implements Piece {}
    }

    /** Checks that every brace has its counterpart, and that there is a field. */
    public TextTemplate {
        requireNonNull(text, "template is null");
        if (pieces(text).stream().noneMatch(Piece.Field.class::isInstance)) {
            throw new BrokenRuleException("template without a field", "{field}", text);
        }
    }

    /** Returns the fields. */
    List<FieldPath> paths() {
        return pieces(text).stream()
                .filter(Piece.Field.class::isInstance)
                .map(piece -> ((Piece.Field) piece).path())
                .toList();
    }

    /**
     * Returns the text with the fields of a record in it.
     *
     * @throws BrokenRuleException when the record lacks a field, or one is neither text nor number
     */
    String fill(Fields record) {
        StringBuilder filled = new StringBuilder();
        for (Piece piece : pieces(text)) {
            switch (piece) {
                case Piece.Words(String words) -> filled.append(words);
                case Piece.Field(FieldPath path) -> filled.append(value(path, record));
            }
        }
        return filled.toString();
    }

    private static String value(FieldPath path, Fields record) {
        JsonNode value = record.at(path, FIELD);
        if (!value.isValueNode() || value.isNull() || value.isPojo()) {
            throw new BrokenRuleException(
                    FIELD + " is not a text", path + " with a text or a number", value.asToken());
        }
        return value.asText();
    }

    private static List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean isBrace = c == '{' || c == '}';
            if (!isBrace || text.startsWith(String.valueOf(c).repeat(2), at)) {
                words.append(c);
                at += isBrace ? 2 : 1;
                continue;
            }
            int end = text.indexOf('}', at);
            if (c == '}' || end <= at + 1) {
                throw new BrokenRuleException(
                        "brace without its counterpart in a template",
                        "{field}, or {{ and }} for braces",
                        "'%c' at index %d".formatted(c, at));
            }
            pieces.add(new Piece.Words(words.toString()));
            words.setLength(0);
            pieces.add(new Piece.Field(new FieldPath(text.substring(at + 1, end))));
            at = end + 1;
        }
        pieces.add(new Piece.Words(words.toString()));
        return pieces;
    }
}
