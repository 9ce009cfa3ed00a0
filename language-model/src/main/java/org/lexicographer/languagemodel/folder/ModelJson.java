package org.lexicographer.languagemodel.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Optional;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;

/** The JSON files of a language model. Whatever is wrong with one is final, and names the file. */
public final class ModelJson {

    private static final int MAX_SHOWN = 80;

    private ModelJson() {}

    /**
     * Reads a JSON object; a file that is missing reads as one that says nothing.
     *
     * @throws InvalidModelException when the file is no JSON object, has a key twice, or goes
     *     beyond what is read: too large, too deep, names or numbers too long
     */
    public static JsonNode read(ModelFiles files, String name) {
        return files.file(name)
                .map(bytes -> parse(bytes, files.nameOf(name)))
                .orElseGet(MissingNode::getInstance);
    }

    private static JsonNode parse(byte[] bytes, String file) {
        JsonNode json = tree(bytes, file);
        if (!json.isObject()) {
            throw new InvalidModelException(
                    "model file is not a JSON object: found=%s, file=%s"
                            .formatted(json.getNodeType(), file));
        }
        return json;
    }

    private static JsonNode tree(byte[] bytes, String file) {
        try {
            return Json.tree(bytes);
        } catch (InvalidFieldsException e) {
            throw new InvalidModelException(
                    "model file is not valid JSON: reason=%s, file=%s"
                            .formatted(e.errors().getFirst().message(), file),
                    e);
        }
    }

    /**
     * Returns a token's text, which is written as a text or as an object with the text in {@code
     * content}; empty where nothing is written.
     *
     * @throws InvalidModelException when the value is neither
     */
    public static Optional<String> tokenText(JsonNode value) {
        JsonNode text = value.isObject() ? value.path("content") : value;
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!text.isTextual()) {
            throw new InvalidModelException(
                    "not a token: expected=a text, or an object with content, found="
                            + shortened(value));
        }
        return Optional.of(text.textValue());
    }

    /**
     * Returns a token id.
     *
     * @throws InvalidModelException when the value is no integer of 32 bits
     */
    public static int tokenId(JsonNode value, String name) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new InvalidModelException(
                    "not a token id: expected=an integer of 32 bits, found=%s, key=%s"
                            .formatted(shortened(value), name));
        }
        return value.intValue();
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
