package org.lexicographer.languagemodel.tokenizer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelJson;

/**
 * Finds a model's end-of-text token: {@code eos_token} of {@code tokenizer_config.json}, or else
 * {@code eos_token_id} of {@code config.json}, the first where there are several.
 */
final class EndOfText {

    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String CONFIG = "config.json";
    private static final String TOKEN = "eos_token";
    private static final String TOKEN_ID = "eos_token_id";

    private final ModelFiles files;

    EndOfText(ModelFiles files) {
        this.files = requireNonNull(files, "files is null");
    }

    /**
     * Returns the token's id.
     *
     * @throws InvalidModelException when none is named, or it is not a token of the tokenizer
     */
    int idIn(HuggingFaceTextTokenizer tokenizer) {
        return ModelJson.tokenText(ModelJson.read(files, TOKENIZER_CONFIG).path(TOKEN))
                .map(text -> idOf(text, tokenizer))
                .or(() -> tokenId().map(id -> checked(id, tokenizer)))
                .orElseThrow(
                        () ->
                                new InvalidModelException(
                                        "model folder names no end-of-text token:"
                                                + " expected=%s in %s or %s in %s"
                                                        .formatted(
                                                                TOKEN,
                                                                TOKENIZER_CONFIG,
                                                                TOKEN_ID,
                                                                CONFIG)));
    }

    private Optional<Integer> tokenId() {
        JsonNode ids = ModelJson.read(files, CONFIG).path(TOKEN_ID);
        JsonNode first = ids.isArray() ? ids.path(0) : ids;
        return first.isMissingNode() || first.isNull()
                ? Optional.empty()
                : Optional.of(ModelJson.tokenId(first, TOKEN_ID));
    }

    private static int idOf(String text, HuggingFaceTextTokenizer tokenizer) {
        int[] ids = tokenizer.encode(text);
        if (ids.length != 1) {
            throw new InvalidModelException(
                    "end-of-text token is not one token: token=%s, tokens=%d"
                            .formatted(text, ids.length));
        }
        return ids[0];
    }

    private static int checked(int id, HuggingFaceTextTokenizer tokenizer) {
        if (id < 0 || tokenizer.text(id).isEmpty()) {
            throw new InvalidModelException("end-of-text token does not exist: eos_token_id=" + id);
        }
        return id;
    }
}
