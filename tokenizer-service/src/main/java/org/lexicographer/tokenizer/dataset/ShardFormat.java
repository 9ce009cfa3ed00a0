package org.lexicographer.tokenizer.dataset;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * How a shard's documents are written down, as the end of its name says.
 *
 * @param documents what a document is
 * @param compression what was done to the file
 */
public record ShardFormat(Documents documents, Compression compression) {

    /** What a document is. */
    public enum Documents {
        /** Each line is a JSON object with the text in one field. */
        JSON_LINES(".jsonl"),
        /** The file is one document. */
        PLAIN_TEXT(".txt");

        private final String ending;

        Documents(String ending) {
            this.ending = ending;
        }
    }

    /** Checks that nothing is absent. */
    public ShardFormat {
        requireNonNull(documents, "documents is null");
        requireNonNull(compression, "compression is null");
    }

    /**
     * Reads the format off a shard's address.
     *
     * @throws IllegalArgumentException when its ending is not a known one
     */
    public static ShardFormat of(String uri) {
        String name = uri.toLowerCase(Locale.ROOT);
        Compression compression = Compression.of(name);
        String plainName = compression.strip(name);
        for (Documents documents : Documents.values()) {
            if (plainName.endsWith(documents.ending)) {
                return new ShardFormat(documents, compression);
            }
        }
        throw new IllegalArgumentException(
                "shard format unknown: expected=.jsonl|.txt, plain or with .gz|.zst, found=" + uri);
    }
}
