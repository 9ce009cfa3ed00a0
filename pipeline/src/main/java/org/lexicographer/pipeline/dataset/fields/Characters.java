package org.lexicographer.pipeline.dataset.fields;

import org.lexicographer.pipeline.BrokenRuleException;

/** Texts of whole characters: JSON can escape half of one, which no tokenizer takes. */
public final class Characters {

    private Characters() {}

    /**
     * Returns the text.
     *
     * @throws IllegalArgumentException when it holds half a character
     */
    public static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair =
                    i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair) {
                throw new BrokenRuleException(
                        "text holds half a surrogate pair",
                        null,
                        "%04x at position %d".formatted((int) c, i));
            }
            i += pair ? 1 : 0;
        }
        return text;
    }
}
