package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.lexicographer.languagemodel.folder.InvalidModelException;

/**
 * Checks a {@code tokenizer.json} before the native library reads it. What the library does not
 * expect of such a file it does not always refuse: an error in the JSON of a decoder, or a template
 * that names a token that is not there, ends the process (tokenizers 0.21.4, in which a panic
 * cannot be caught from the JVM). So a file must be JSON as the library's parser understands it,
 * and hold what the library takes for granted.
 */
final class TokenizerFile {

    /** The library's parser gives up at 128; parts of a file are read once more within others. */
    private static final int DEPTH = 64;

    private static final Set<String> LARGE = Set.of("vocab", "merges");
    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
                            .build());

    private static final ObjectReader ONCE =
            MAPPER.reader().with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private final Map<String, JsonNode> parts = new TreeMap<>();
    private final Map<String, JsonNode> model = new TreeMap<>();

    private TokenizerFile() {}

    /**
     * Reads a file.
     *
     * @throws InvalidModelException when the library is not to see it, with what is wrong
     */
    static void check(byte[] json) {
        try {
            checkValues(json);
            TokenizerFile file = new TokenizerFile();
            file.read(json);
            TokenizerParts.check(file.parts, file.model, () -> large(json));
        } catch (IOException e) {
            throw new InvalidModelException("not readable as JSON: " + e.getMessage(), e);
        }
    }

    private static void checkValues(byte[] json) throws IOException {
        try (JsonParser parser = MAPPER.createParser(json)) {
            JsonToken token = parser.nextToken();
            if (token != JsonToken.START_OBJECT) {
                throw new InvalidModelException("not readable as JSON: expected=an object");
            }
            while (token != null) {
                check(token, parser);
                token = parser.nextToken();
            }
        }
    }

    private static void check(JsonToken token, JsonParser parser) throws IOException {
        switch (token) {
            case FIELD_NAME, VALUE_STRING -> checkText(parser.getText());
            case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> {
                if (!Double.isFinite(parser.getDoubleValue())) {
                    throw new InvalidModelException(
                            "number too large: expected=finite, found=" + parser.getText());
                }
            }
            default -> {}
        }
    }

    private static void checkText(String text) {
        if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new InvalidModelException("text is half a character: found=a lone surrogate");
        }
    }

    /** Reads all but the vocabulary and the merges, of which there may be hundreds of thousands. */
    private void read(byte[] json) throws IOException {
        try (JsonParser parser = MAPPER.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String part = parser.currentName();
                if (parser.nextToken() == JsonToken.START_OBJECT && part.equals("model")) {
                    readModel(parser);
                    put(parts, part, NullNode.getInstance());
                } else {
                    put(parts, part, ONCE.readTree(parser));
                }
            }
        }
    }

    private void readModel(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String setting = parser.currentName();
            parser.nextToken();
            if (LARGE.contains(setting)) {
                parser.skipChildren();
            } else {
                put(model, setting, ONCE.readTree(parser));
            }
        }
    }

    /** The library reads, and stumbles over, each of two parts with the same name. */
    private static void put(Map<String, JsonNode> all, String name, JsonNode value) {
        if (all.put(name, value) != null) {
            throw new InvalidModelException("named twice: found=" + name);
        }
    }

    private static JsonNode large(byte[] json) {
        try {
            return MAPPER.readTree(json).path("model");
        } catch (IOException e) {
            throw new InvalidModelException("not readable as JSON: " + e.getMessage(), e);
        }
    }
}
