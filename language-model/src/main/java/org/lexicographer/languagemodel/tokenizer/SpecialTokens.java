package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/**
 * Finds which token ids of a Hugging Face folder stand for no text: those that begin a text (BOS),
 * end it (EOS) and fill it up (padding).
 *
 * <p>Each is looked for by its name in {@code tokenizer_config.json}, then in {@code
 * special_tokens_map.json}; the text found there is a token that {@code tokenizer.json} adds, or
 * one of its vocabulary. Where neither names it, the ids of {@code config.json} count, such as
 * {@code eos_token_id}. An id of 0 is an id like any other.
 */
public final class SpecialTokens {

    private static final List<String> NAMES = List.of("bos_token", "eos_token", "pad_token");
    private static final List<String> NAMING_FILES =
            List.of("tokenizer_config.json", "special_tokens_map.json");
    private static final String TOKENIZER = "tokenizer.json";
    private static final String CONFIG = "config.json";

    private final Path folder;

    private SpecialTokens(Path folder) {
        this.folder = folder;
    }

    /**
     * Returns the ids; none when the folder names no such token.
     *
     * @throws InvalidModelException when a file is not JSON, or names a token that does not exist
     */
    public static SortedSet<Integer> of(Path folder) {
        SpecialTokens files = new SpecialTokens(folder);
        SortedSet<Integer> ids = new TreeSet<>();
        for (String name : NAMES) {
            Optional<String> text = files.text(name);
            if (text.isPresent()) {
                ids.add(files.id(name, text.get()));
            } else {
                ids.addAll(files.configured(name + "_id"));
            }
        }
        return ids;
    }

    /** A token is written as a text, or as an object with the text in {@code content}. */
    private Optional<String> text(String name) {
        return NAMING_FILES.stream()
                .map(this::json)
                .map(json -> json.path(name))
                .map(token -> token.isObject() ? token.path("content") : token)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .findFirst();
    }

    private int id(String name, String text) {
        JsonNode tokenizer = json(TOKENIZER);
        for (JsonNode added : tokenizer.path("added_tokens")) {
            if (text.equals(added.path("content").textValue()) && added.path("id").isInt()) {
                return added.path("id").intValue();
            }
        }
        JsonNode id = tokenizer.path("model").path("vocab").path(text);
        if (!id.isInt()) {
            throw new InvalidModelException(
                    "special token not in the tokenizer: %s=%s, file=%s"
                            .formatted(name, text, folder.resolve(TOKENIZER)));
        }
        return id.intValue();
    }

    private List<Integer> configured(String name) {
        JsonNode ids = json(CONFIG).path(name);
        List<Integer> found = new ArrayList<>();
        if (ids.isInt()) {
            found.add(ids.intValue());
        }
        // Where there are several, each one ends a text; a single number has no elements.
        ids.forEach(id -> found.add(id.intValue()));
        return found;
    }

    /** A file that is missing reads as one that says nothing. */
    private JsonNode json(String name) {
        Path file = folder.resolve(name);
        try {
            return Files.exists(file)
                    ? Json.tree(Files.readAllBytes(file))
                    : MissingNode.getInstance();
        } catch (InvalidFieldsException e) {
            throw new InvalidModelException("not JSON: file=%s".formatted(file), e);
        } catch (IOException e) {
            throw new UncheckedIOException("model file not readable: file=" + file, e);
        }
    }
}
