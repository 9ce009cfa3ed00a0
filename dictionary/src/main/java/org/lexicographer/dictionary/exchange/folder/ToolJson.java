package org.lexicographer.dictionary.exchange.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;

/**
 * JSON as Python writes it: fields that are not read may hold NaN or infinity, null means absent,
 * and whole numbers may have a point.
 */
public final class ToolJson {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private ToolJson() {}

    /**
     * Reads an object.
     *
     * @throws DictionaryException when the bytes are no JSON object
     */
    public static JsonNode object(String file, ByteBuffer json) {
        byte[] bytes = new byte[json.remaining()];
        json.duplicate().get(bytes);
        try {
            JsonNode tree = MAPPER.readTree(bytes);
            if (tree.isObject()) {
                return tree;
            }
            throw new DictionaryException("not a JSON object: file=" + file);
        } catch (JsonProcessingException e) {
            throw new DictionaryException(
                    "not JSON: file=%s, reason=%s".formatted(file, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new DictionaryException(
                    "not JSON: file=%s, reason=%s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * Returns a whole number, which may be written with a point.
     *
     * @throws DictionaryException when it is anything else
     */
    public static Optional<Integer> integer(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        double number = node.doubleValue();
        if (!node.isNumber() || number != Math.rint(number) || number != (int) number) {
            throw wrong("whole number", field, node);
        }
        return Optional.of((int) number);
    }

    /**
     * Returns a text.
     *
     * @throws DictionaryException when it is anything else
     */
    public static Optional<String> text(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw wrong("text", field, node);
        }
        return Optional.of(node.textValue());
    }

    /**
     * Returns a truth value, which may be a text as Python writes it: {@code "True"}.
     *
     * @throws DictionaryException when it is anything else
     */
    public static Optional<Boolean> bool(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (node.asText().equalsIgnoreCase("true") || node.asText().equals("1")) {
            return Optional.of(true);
        }
        if (node.asText().equalsIgnoreCase("false") || node.asText().equals("0")) {
            return Optional.of(false);
        }
        throw wrong("truth value", field, node);
    }

    private static DictionaryException wrong(String expected, String field, JsonNode found) {
        return new DictionaryException(
                "not a %s: field=%s, found=%s".formatted(expected, field, found));
    }
}
