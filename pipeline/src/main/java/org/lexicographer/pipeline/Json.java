package org.lexicographer.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;

/**
 * The one way in which records become JSON: absent values are left out, unknown and repeated fields
 * are errors.
 */
public final class Json {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .addModule(new Jdk8Module())
                    .addModule(StrictScalar.module())
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .build();

    private Json() {}

    /** Writes a record as UTF-8 JSON on one line. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + value, e);
        }
    }

    /** Writes a record as UTF-8 JSON for people to read. */
    public static byte[] writePretty(Object value) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + value, e);
        }
    }

    /**
     * Reads a record.
     *
     * @throws InvalidFieldsException when the bytes are not JSON of that record, naming every wrong
     *     field, whatever they are
     */
    public static <T> T read(byte[] json, Class<T> type) {
        return read(reader -> reader.readValue(json), type);
    }

    /**
     * Reads a record from a JSON tree.
     *
     * @throws InvalidFieldsException when the tree is not that of the record, naming every wrong
     *     field, whatever they are
     */
    public static <T> T bind(JsonNode json, Class<T> type) {
        return read(reader -> reader.readValue(json), type);
    }

    /** Reads a value with a reader. */
    private interface Source<T> {
        T read(ObjectReader reader) throws IOException;
    }

    private static <T> T read(Source<T> source, Class<T> type) {
        WrongFields wrong = new WrongFields(constant -> toTree(constant).asText());
        try {
            T value = source.read(MAPPER.readerFor(type).withHandler(wrong));
            if (value == null && wrong.isEmpty()) {
                wrong.nothing();
            }
            if (wrong.isEmpty()) {
                return value;
            }
        } catch (IOException e) {
            wrong.brokenOff(e);
            throw wrong.exception(e);
        }
        throw wrong.exception(null);
    }

    /**
     * Reads any JSON.
     *
     * @throws InvalidFieldsException when the bytes are not JSON
     */
    public static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw notReadable(e);
        }
    }

    /** Turns a record into a JSON tree. */
    public static JsonNode toTree(Object value) {
        return MAPPER.valueToTree(value);
    }

    private static InvalidFieldsException notReadable(IOException e) {
        String message =
                e instanceof JsonProcessingException json
                        ? json.getOriginalMessage()
                        : e.getMessage();
        InvalidFieldsException wrong =
                new InvalidFieldsException(
                        FieldError.of(FieldError.WHOLE, "not readable as JSON: " + message));
        wrong.initCause(e);
        return wrong;
    }
}
