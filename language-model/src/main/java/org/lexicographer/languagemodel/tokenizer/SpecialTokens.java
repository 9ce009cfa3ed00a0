package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelJson;

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

    private static final String BOS = "bos_token";
    private static final List<String> NAMES = List.of(BOS, "eos_token", "pad_token");
    private static final List<String> NAMING_FILES =
            List.of("tokenizer_config.json", "special_tokens_map.json");
    private static final String TOKENIZER = "tokenizer.json";
    private static final String CONFIG = "config.json";

    private final ModelFiles files;

    private SpecialTokens(ModelFiles files) {
        this.files = files;
    }

    /**
     * Returns the ids; none when the folder names no such token.
     *
     * @throws InvalidModelException when a file is no JSON object, or names a token that does not
     *     exist
     */
    public static SortedSet<Integer> of(ModelFiles files) {
        SpecialTokens tokens = new SpecialTokens(files);
        SortedSet<Integer> ids = new TreeSet<>();
        NAMES.forEach(name -> ids.addAll(tokens.ids(name)));
        return ids;
    }

    /**
     * Returns the id of the token that begins a text; empty when the folder names none.
     *
     * @throws InvalidModelException when a file is no JSON object, or names a token that does not
     *     exist
     */
    static OptionalInt beginOfText(ModelFiles files) {
        return new SpecialTokens(files).ids(BOS).stream().mapToInt(Integer::intValue).findFirst();
    }

    private List<Integer> ids(String name) {
        return text(name)
                .map(text -> List.of(id(name, text)))
                .orElseGet(() -> configured(name + "_id"));
    }

    private Optional<String> text(String name) {
        return NAMING_FILES.stream()
                .map(file -> ModelJson.tokenText(json(file).path(name)))
                .flatMap(Optional::stream)
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
                            .formatted(name, text, files.nameOf(TOKENIZER)));
        }
        return id.intValue();
    }

    private List<Integer> configured(String name) {
        JsonNode ids = json(CONFIG).path(name);
        if (ids.isMissingNode() || ids.isNull()) {
            return List.of();
        }
        // Where there are several, each one ends a text.
        List<Integer> found = new ArrayList<>();
        (ids.isArray() ? ids : List.of(ids)).forEach(id -> found.add(ModelJson.tokenId(id, name)));
        return found;
    }

    private JsonNode json(String name) {
        return ModelJson.read(files, name);
    }
}
