package org.lexicographer.pipeline.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.lexicographer.pipeline.dataset.LineReader.Line;

/**
 * A {@code .jsonl} file: each line that is not blank is a JSON object, one field of which holds a
 * document's text. A line that cannot be used is passed on as such, and the next one is read.
 */
final class JsonLinesDocuments extends Documents {

    /** The most bytes of one line. */
    static final int MAX_LINE_BYTES = 16 << 20;

    private final LineReader lines;
    private final JsonText jsonText;
    private long documents;
    private TextParts longDocument;

    JsonLinesDocuments(InputStream content, String textField) {
        super(content);
        lines = new LineReader(content, MAX_LINE_BYTES);
        jsonText = new JsonText(textField, MAX_LINE_BYTES);
    }

    @Override
    Optional<DocumentEntry> read() throws IOException {
        if (longDocument != null) {
            return Optional.of(nextPart());
        }
        Optional<Line> line = lines.next();
        while (line.isPresent() && isBlank(line.get())) {
            line = lines.next();
        }
        return line.isPresent() ? Optional.of(entry(line.get())) : Optional.empty();
    }

    private DocumentEntry entry(Line line) throws IOException {
        long document = documents++;
        String text;
        try {
            text = jsonText.of(text(line));
        } catch (IllegalArgumentException e) {
            return new UnusableLine(document, line.number(), e.getMessage());
        }
        if (line.length() <= TextParts.PART_BYTES) {
            return new DocumentPart(document, line.number(), text, true);
        }
        InputStream utf8 = new ByteArrayInputStream(text.getBytes(UTF_8));
        longDocument = new TextParts(utf8, document, line.number());
        return nextPart();
    }

    private DocumentPart nextPart() throws IOException {
        DocumentPart part = longDocument.next();
        if (part.last()) {
            longDocument = null;
        }
        return part;
    }

    private static String text(Line line) {
        if (line.isCut()) {
            throw new IllegalArgumentException(
                    "line too long: maxBytes=%d, found=%d"
                            .formatted(MAX_LINE_BYTES, line.length()));
        }
        ByteBuffer bytes = ByteBuffer.wrap(line.bytes());
        return StrictUtf8.decode(bytes.position(markLength(line)))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "line is not UTF-8: column=" + (bytes.position() + 1)));
    }

    private static boolean isBlank(Line line) {
        byte[] bytes = line.bytes();
        for (int i = markLength(line); i < bytes.length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return !line.isCut();
    }

    private static int markLength(Line line) {
        return line.number() == 1 ? StrictUtf8.byteOrderMark(line.bytes(), line.bytes().length) : 0;
    }

    @Override
    long nextLine() {
        return lines.nextNumber();
    }
}
