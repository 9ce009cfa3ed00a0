package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.run.PackingSpec;
import org.lexicographer.pipeline.run.PackingSpec.Beginning;
import org.lexicographer.pipeline.run.PackingSpec.Documents;
import org.lexicographer.pipeline.run.PackingSpec.Separator;

/**
 * The rule by which documents are packed into contexts, with the tokens of a tokenizer.
 *
 * @param contextLength tokens per context, T
 * @param beginning the id of the token that each context begins with, if it begins with one
 * @param separator the id of the token after each document, if there is one
 * @param documents which documents share contexts
 */
public record Packing(
        int contextLength, OptionalInt beginning, OptionalInt separator, Documents documents) {

    public Packing {
        requireNonNull(beginning, "beginning is null");
        requireNonNull(separator, "separator is null");
        requireNonNull(documents, "documents is null");
    }

    /**
     * Finds the tokens of a rule.
     *
     * @throws InvalidModelException when the tokenizer lacks one
     */
    public static Packing of(PackingSpec spec, int contextLength, Tokenizer tokenizer) {
        return new Packing(
                contextLength,
                beginning(spec.beginning(), tokenizer),
                separator(spec.separator(), tokenizer),
                spec.documents());
    }

    private static OptionalInt beginning(Beginning beginning, Tokenizer tokenizer) {
        return switch (beginning) {
            case AUTO -> addedByTokenizer(tokenizer.addedInFront());
            case BOS -> beginOfText("packing.beginning", tokenizer);
            case NONE -> OptionalInt.empty();
        };
    }

    private static OptionalInt separator(Separator separator, Tokenizer tokenizer) {
        return switch (separator) {
            case EOS -> OptionalInt.of(tokenizer.endOfText());
            case BOS -> beginOfText("packing.separator", tokenizer);
            case NONE -> OptionalInt.empty();
        };
    }

    private static OptionalInt addedByTokenizer(int[] added) {
        if (added.length > 1) {
            throw new InvalidModelException(
                    "tokenizer puts several tokens before a text: expected=at most one where"
                            + " packing.beginning is auto, found="
                            + Arrays.toString(added));
        }
        return Arrays.stream(added).findFirst();
    }

    private static OptionalInt beginOfText(String field, Tokenizer tokenizer) {
        OptionalInt token = tokenizer.beginOfText();
        if (token.isEmpty()) {
            throw new InvalidModelException(
                    "model folder names no token that begins a text: expected=bos_token in"
                            + " tokenizer_config.json or special_tokens_map.json or bos_token_id in"
                            + " config.json, found=none, needed by=%s bos".formatted(field));
        }
        return token;
    }

    /** Tells whether each document has contexts of its own. */
    public boolean isSeparate() {
        return documents == Documents.SEPARATE;
    }

    /** Tells whether a context that continues with this token gets a beginning before it. */
    boolean beginsBefore(int token) {
        return beginning.isPresent() && beginning.getAsInt() != token;
    }

    /**
     * Returns what a person should know who packs texts so: the model was made for contexts that
     * begin otherwise.
     */
    public Optional<String> warning(Tokenizer tokenizer) {
        int[] added = tokenizer.addedInFront();
        return added.length == 0 || beginning.isPresent()
                ? Optional.empty()
                : Optional.of(
                        "the tokenizer puts %s before a text, and contexts begin without it:"
                                        .formatted(Arrays.toString(added))
                                + " expected=packing.beginning auto or bos, found=none");
    }
}
