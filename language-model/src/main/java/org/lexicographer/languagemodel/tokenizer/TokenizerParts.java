package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;
import java.util.function.Supplier;
import org.lexicographer.languagemodel.folder.InvalidModelException;

/** What the native library takes for granted of the parts of a {@code tokenizer.json}. */
final class TokenizerParts {

    private static final String MODEL_PREFIX = "continuing_subword_prefix";

    private TokenizerParts() {}

    /**
     * Checks a file's parts.
     *
     * @param parts the parts of the file by their names, but the model
     * @param model the settings of the model by their names, but its vocabulary and merges
     * @param whole reads the model with them
     * @throws InvalidModelException when something is missing
     */
    static void check(
            Map<String, JsonNode> parts, Map<String, JsonNode> model, Supplier<JsonNode> whole) {
        checkTemplates(parts.getOrDefault("post_processor", MissingNode.getInstance()));
        checkCharacterMaps(parts.getOrDefault("normalizer", MissingNode.getInstance()));
        checkStrips(parts.getOrDefault("decoder", MissingNode.getInstance()));
        String prefix = model.getOrDefault(MODEL_PREFIX, MissingNode.getInstance()).asText("");
        if (!prefix.isEmpty()) {
            checkMerges(whole.get().path("merges"), prefix);
        }
    }

    private static void checkCharacterMaps(JsonNode normalizer) {
        normalizer.findParents("type").stream()
                .filter(part -> part.path("type").asText().equals("Precompiled"))
                .forEach(part -> CharacterMap.check(part.path("precompiled_charsmap")));
    }

    /** A template of a text names the text and tokens that are listed beside it. */
    private static void checkTemplates(JsonNode processor) {
        for (JsonNode template : processor.findParents("special_tokens")) {
            JsonNode tokens = template.path("special_tokens");
            for (JsonNode piece : template.path("single")) {
                String token = piece.path("SpecialToken").path("id").asText();
                if (piece.has("SpecialToken") && !tokens.has(token)) {
                    throw new InvalidModelException(
                            "template names a token that is not among its special_tokens: found="
                                    + token);
                }
                String text = piece.path("Sequence").path("id").asText();
                if (piece.has("Sequence") && !text.equals("A")) {
                    throw new InvalidModelException(
                            "template of one text names another: expected=A, found=" + text);
                }
            }
        }
    }

    /** The end of a text that is shorter than what may be taken off it is not looked for. */
    private static void checkStrips(JsonNode decoder) {
        for (JsonNode strip : decoder.findParents("stop")) {
            if (strip.path("stop").asLong() > 0) {
                throw new InvalidModelException(
                        "decoder strips the end of tokens: expected=stop is 0, found="
                                + strip.path("stop"));
            }
        }
    }

    /** The prefix is cut off the second token of a merge without a look at it. */
    private static void checkMerges(JsonNode merges, String prefix) {
        for (JsonNode merge : merges) {
            String second =
                    merge.isArray()
                            ? merge.path(1).asText()
                            : merge.asText().substring(merge.asText().indexOf(' ') + 1);
            if (!second.startsWith(prefix)) {
                throw new InvalidModelException(
                        "merge without the prefix of what continues a word: expected=%s, found=%s"
                                .formatted(prefix, second));
            }
        }
    }
}
