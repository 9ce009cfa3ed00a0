package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelJson;
import org.lexicographer.pipeline.chat.ChatTemplate;
import org.lexicographer.pipeline.chat.syntax.TemplateException;

/**
 * The template in a Hugging Face folder that makes texts of chats: {@code chat_template.jinja}, or
 * else {@code chat_template} of {@code tokenizer_config.json}, which is a text, or a list of
 * templates with names, of which the one called default is meant.
 */
public final class ChatTemplateFile {

    static final String FILE = "chat_template.jinja";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String FIELD = "chat_template";
    private static final String DEFAULT = "default";
    private static final String TEMPLATE = "template";

    private ChatTemplateFile() {}

    /**
     * Returns the template as it is written.
     *
     * @throws InvalidModelException when there is none
     */
    public static String text(ModelFiles files) {
        return find(files)
                .orElseThrow(
                        () ->
                                new InvalidModelException(
                                        "no template of chats: expected=%s, or %s in %s"
                                                .formatted(
                                                        files.nameOf(FILE),
                                                        FIELD,
                                                        files.nameOf(TOKENIZER_CONFIG))));
    }

    /** Returns the template as it is written, if there is one. */
    static Optional<String> find(ModelFiles files) {
        return files.file(FILE)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .or(() -> configured(files));
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
        try {
            return ChatTemplate.of(text, TemplateTokens.of(files));
        } catch (TemplateException e) {
            throw new InvalidModelException(e.getMessage(), e);
        }
    }
}
