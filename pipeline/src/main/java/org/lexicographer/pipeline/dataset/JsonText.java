package org.lexicographer.pipeline.dataset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Quotes;

/** Takes the text out of a JSON object. */
final class JsonText {

    /** How many fields of a line without the text field are named, and how much of each. */
    private static final int NAMED_FIELDS = 20;

    private static final int NAME_CHARACTERS = 40;

    private final String field;
    private final JsonFactory json;

    JsonText(String field, int maxLength) {
        this.field = field;
        StreamReadConstraints limits =
                StreamReadConstraints.builder().maxStringLength(maxLength).build();
        json = JsonFactory.builder().streamReadConstraints(limits).build();
    }

    /**
     * Returns the text.
     *
     * @throws IllegalArgumentException when the line is not one JSON object with a text in the
     *     field
     */
    String of(String line) {
        try (JsonParser parser = json.createParser(line)) {
            return checked(text(parser));
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException(
                    "line is beyond a limit of the JSON reader: reason="
                            + Quotes.shortened(e.getOriginalMessage()),
                    e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "line is not JSON: %sreason=%s"
                            .formatted(place(e), Quotes.shortened(e.getOriginalMessage())),
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "line is not JSON: reason=" + Quotes.shortened(e.getMessage()), e);
        }
    }

    /** Not every fault has a place. */
    private static String place(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null ? "" : "column=%d, ".formatted(location.getColumnNr());
    }

    private String text(JsonParser parser) throws IOException {
        expect("line is not a JSON object", JsonToken.START_OBJECT, parser.nextToken());
        List<String> found = new ArrayList<>();
        String text = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(field)) {
                expect("text field is not a text", JsonToken.VALUE_STRING, value);
                text = parser.getText();
            } else {
                if (found.size() < NAMED_FIELDS) {
                    found.add(Quotes.shortened(name, NAME_CHARACTERS));
                }
                parser.skipChildren();
            }
        }
        expect("line continues after its JSON object", null, parser.nextToken());
        if (text == null) {
            throw new BrokenRuleException("text field missing", field, found);
        }
        return text;
    }

    private static void expect(String rule, JsonToken expected, JsonToken found) {
        if (expected != found) {
            throw new BrokenRuleException(rule, expected, found);
        }
    }

    /** JSON can escape half a character, which no tokenizer takes. */
    static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair =
                    i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair) {
                throw new BrokenRuleException(
                        "text holds half a surrogate pair",
                        null,
                        "%04x at position %d".formatted((int) c, i));
            }
            i += pair ? 1 : 0;
        }
        return text;
    }
}
