package org.lexicographer.eval.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** In which line of a JSON text its fields are, by paths such as {@code recipes[0].k}. */
final class SpecLines {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<String, Integer> lines = new HashMap<>();

    private SpecLines() {}

    /** Reads a text as far as it is JSON. */
    static SpecLines of(String text) {
        SpecLines found = new SpecLines();
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != null) {
                found.read(parser, "");
            }
        } catch (JsonProcessingException e) {
            found.lines.put("", e.getLocation().getLineNr());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory can always be read
        }
        return found;
    }

    private void read(JsonParser parser, String path) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        lines.putIfAbsent(path, line);
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            readFields(parser, path);
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                read(parser, path + "[" + i + "]");
            }
        }
    }

    private void readFields(JsonParser parser, String path) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = (path.isEmpty() ? "" : path + ".") + parser.currentName();
            lines.put(field, parser.currentTokenLocation().getLineNr());
            parser.nextToken();
            read(parser, field);
        }
    }

    /**
     * Returns the line of a field, counted from 1: that of what would hold it where it is missing,
     * and of text that is not JSON the line where reading it ended.
     */
    int line(String field) {
        String path = field;
        while (!path.isEmpty() && !lines.containsKey(path)) {
            path =
                    path.substring(
                            0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
        }
        return lines.getOrDefault(path, 1);
    }
}
