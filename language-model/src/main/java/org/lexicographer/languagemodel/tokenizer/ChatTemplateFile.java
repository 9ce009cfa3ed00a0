package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelJson;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.chat.TemplateException;

/**
 * The template in a Hugging Face folder that makes texts of chats: {@code chat_template.jinja}, or
 * else {@code chat_template} of {@code tokenizer_config.json}, which is a text, or a list of
 * templates with names, of which the one called default is meant.
 */
public final class ChatTemplateFile {

    private static final String FILE = "chat_template.jinja";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String FIELD = "chat_template";
    private static final String DEFAULT = "default";
    private static final String TEMPLATE = "template";
    private static final List<String> TOKENS =
            List.of(
                    "bos_token",
                    "eos_token",
                    "unk_token",
                    "sep_token",
                    "pad_token",
                    "cls_token",
                    "mask_token");

    private ChatTemplateFile() {}

    /**
     * Returns the template as it is written.
     *
     * @throws InvalidModelException when there is none
     */
    public static String text(ModelFiles files) {
        return files.file(FILE)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .or(() -> configured(files))
                .orElseThrow(
                        () ->
                                new InvalidModelException(
                                        "no template of chats: expected=%s, or %s in %s"
                                                .formatted(
                                                        files.nameOf(FILE),
                                                        FIELD,
                                                        files.nameOf(TOKENIZER_CONFIG))));
    }

    private static Optional<String> configured(ModelFiles files) {
        JsonNode written = ModelJson.read(files, TOKENIZER_CONFIG).path(FIELD);
        if (written.isTextual()) {
            return Optional.of(written.textValue());
        }
        for (JsonNode named : written) {
            if (named.path("name").asText().equals(DEFAULT) && named.path(TEMPLATE).isTextual()) {
                return Optional.of(named.path(TEMPLATE).textValue());
            }
        }
        return Optional.empty();
    }

    /**
     * Reads a template, with the special tokens that the folder names.
     *
     * @param text the template as it is written
     * @throws InvalidModelException when it uses statements that are not known here
     */
    public static ChatTemplate read(String text, ModelFiles files) {
        JsonNode config = ModelJson.read(files, TOKENIZER_CONFIG);
        JsonNode map = ModelJson.read(files, "special_tokens_map.json");
        Map<String, String> tokens = new TreeMap<>();
        for (String name : TOKENS) {
            ModelJson.tokenText(config.path(name))
                    .or(() -> ModelJson.tokenText(map.path(name)))
                    .ifPresent(token -> tokens.put(name, token));
        }
        try {
            return ChatTemplate.of(text, tokens);
        } catch (TemplateException e) {
            throw new InvalidModelException(e.getMessage(), e);
        }
    }
}
