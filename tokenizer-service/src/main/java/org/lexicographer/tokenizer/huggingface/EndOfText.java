package org.lexicographer.tokenizer.huggingface;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.lexicographer.pipeline.Json;

/**
 * Finds a model's end-of-text token: {@code eos_token} of {@code tokenizer_config.json}, or else
 * {@code eos_token_id} of {@code config.json}, the first where there are several.
 */
final class EndOfText {

    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String CONFIG = "config.json";

    private final ModelFolder folder;

    EndOfText(ModelFolder folder) {
        this.folder = requireNonNull(folder, "folder is null");
    }

    /**
     * Returns the token's id.
     *
     * @throws IllegalArgumentException when none is named, or it is not a token of the tokenizer
     */
    int idIn(HuggingFaceTextTokenizer tokenizer) {
        return tokenText()
                .map(text -> idOf(text, tokenizer))
                .or(() -> tokenId().map(id -> checked(id, tokenizer)))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "model folder names no end-of-text token: expected="
                                                + "eos_token in %s or eos_token_id in %s"
                                                        .formatted(TOKENIZER_CONFIG, CONFIG)));
    }

    /** The token is written as a text, or as an object with the text in {@code content}. */
    private Optional<String> tokenText() {
        return folder.file(TOKENIZER_CONFIG)
                .map(Json::tree)
                .map(json -> json.path("eos_token"))
                .map(token -> token.isObject() ? token.path("content") : token)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    private Optional<Integer> tokenId() {
        return folder.file(CONFIG)
                .map(Json::tree)
                .map(json -> json.path("eos_token_id"))
                .map(id -> id.isArray() ? id.path(0) : id)
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::intValue);
    }

    private static int idOf(String text, HuggingFaceTextTokenizer tokenizer) {
        int[] ids = tokenizer.encode(text);
        if (ids.length != 1) {
            throw new IllegalArgumentException(
                    "end-of-text token is not one token: token=%s, tokens=%d"
                            .formatted(text, ids.length));
        }
        return ids[0];
    }

    private static int checked(int id, HuggingFaceTextTokenizer tokenizer) {
        if (id < 0 || tokenizer.text(id).isEmpty()) {
            throw new IllegalArgumentException(
                    "end-of-text token does not exist: eos_token_id=" + id);
        }
        return id;
    }
}
