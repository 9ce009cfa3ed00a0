package org.lexicographer.pipeline.run;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How documents are packed into contexts.
 *
 * @param beginning what each context begins with
 * @param separator what follows each document
 * @param documents which documents share contexts
 */
public record PackingSpec(Beginning beginning, Separator separator, Documents documents) {

    /** The rule of a run that says nothing. */
    public static final PackingSpec DEFAULT =
            new PackingSpec(Beginning.NONE, Separator.EOS, Documents.JOIN);

    public PackingSpec {
        requireNonNull(beginning, "beginning is null");
        requireNonNull(separator, "separator is null");
        requireNonNull(documents, "documents is null");
    }

    /** What each context begins with. */
    public enum Beginning {
        /** What the tokenizer itself puts before a text. */
        AUTO,
        /** The token that begins a text. */
        BOS,
        /** Nothing but the tokens of documents. */
        NONE;

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What follows each document. */
    public enum Separator {
        /** The token that ends a text. */
        EOS,
        /** The token that begins a text. */
        BOS,
        /** Nothing. */
        NONE;

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which documents share contexts. */
    public enum Documents {
        /** They follow one another, whatever context that is in. */
        JOIN,
        /** None; of each document, what remains after its last full context is dropped. */
        SEPARATE;

        /** Returns the name as written in a run spec. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
