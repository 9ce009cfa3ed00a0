package org.lexicographer.pipeline.dataset.fields;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.BrokenRuleException;
import org.lexicographer.pipeline.Quotes;

/** Reads the fields of JSON objects that a document's content asks for. */
public final class JsonRecords {

    /** How many fields of a line without the text field are named, and how much of each. */
    private static final int NAMED_FIELDS = 20;

    private static final int NAME_CHARACTERS = 40;

    private final DocumentContent content;
    private final ObjectMapper json;

    /** Reads what a content asks for, and no text longer than {@code maxLength}. */
    public JsonRecords(DocumentContent content, int maxLength) {
        this.content = requireNonNull(content, "content is null");
        StreamReadConstraints limits =
                StreamReadConstraints.builder().maxStringLength(maxLength).build();
        json = new ObjectMapper(JsonFactory.builder().streamReadConstraints(limits).build());
    }

    /**
     * Returns the fields.
     *
     * @throws IllegalArgumentException when the line is not one JSON object
     */
    public Fields of(String line) {
        try (JsonParser parser = json.createParser(line)) {
            return fields(parser);
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

    private Fields fields(JsonParser parser) throws IOException {
        expect("line is not a JSON object", JsonToken.START_OBJECT, parser.nextToken());
        ObjectNode wanted = json.createObjectNode();
        List<String> others = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (content.asksFor(name)) {
                wanted.set(name, json.<JsonNode>readTree(parser));
            } else {
                if (others.size() < NAMED_FIELDS) {
                    others.add(Quotes.shortened(name, NAME_CHARACTERS));
                }
                parser.skipChildren();
            }
        }
        expect("line continues after its JSON object", null, parser.nextToken());
        return new Fields(wanted, others, false);
    }

    private static void expect(String rule, JsonToken expected, JsonToken found) {
        if (expected != found) {
            throw new BrokenRuleException(rule, expected, found);
        }
    }
}
