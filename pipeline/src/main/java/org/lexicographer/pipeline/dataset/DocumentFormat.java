package org.lexicographer.pipeline.dataset;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.dataset.compression.Compression;

/**
 * How a file's documents are written down, as the end of its name says.
 *
 * @param kind what a document is
 * @param compression what was done to the file
 */
public record DocumentFormat(Kind kind, Compression compression) {

    /** What a document is. */
    public enum Kind {
        /** Each line is a JSON object with the text in one field. */
        JSON_LINES(".jsonl"),
        /** The file is one document. */
        PLAIN_TEXT(".txt"),
        /** Each row of a table is a document; what is compressed are its parts. */
        PARQUET(".parquet");

        private final String ending;

        Kind(String ending) {
            this.ending = ending;
        }
    }

    public DocumentFormat {
        requireNonNull(kind, "kind is null");
        requireNonNull(compression, "compression is null");
    }

    /**
     * Reads the format off a file's address.
     *
     * @throws IllegalArgumentException when its ending is not a known one
     */
    public static DocumentFormat of(String uri) {
        String name = uri.toLowerCase(Locale.ROOT);
        Compression compression = Compression.of(name);
        String plainName = compression.strip(name);
        for (Kind kind : Kind.values()) {
            boolean isWhole = kind != Kind.PARQUET || compression == Compression.NONE;
            if (isWhole && plainName.endsWith(kind.ending)) {
                return new DocumentFormat(kind, compression);
            }
        }
        throw new BrokenRuleException(
                "format unknown", ".jsonl|.txt, plain or with .gz|.zst, or .parquet", uri);
    }
}
