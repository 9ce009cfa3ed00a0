package org.lexicographer.pipeline.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.lexicographer.pipeline.dataset.LineReader.Line;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.dataset.fields.Fields;
import org.lexicographer.pipeline.dataset.fields.JsonRecords;
import org.lexicographer.pipeline.dataset.fields.StrictUtf8;

/** A {@code .jsonl} file: each line that is not blank is a JSON object. */
final class JsonLinesDocuments extends RecordDocuments {

    private final LineReader lines;
    private final JsonRecords records;

    JsonLinesDocuments(InputStream file, DocumentContent content) {
        super(file, content);
        lines = new LineReader(file, Fields.MOST_BYTES);
        records = new JsonRecords(content, Fields.MOST_BYTES);
    }

    /** A line that is not blank. */
    private record JsonLine(Line bytes, JsonRecords records) implements FileRecord {

        @Override
        public long line() {
            return bytes.number();
        }

        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        public Fields fields() {
            return records.of(text(bytes));
        }
    }

    @Override
    Optional<JsonLine> nextRecord() throws IOException {
        Optional<Line> line = lines.next();
        while (line.isPresent() && isBlank(line.get())) {
            line = lines.next();
        }
        return line.map(bytes -> new JsonLine(bytes, records));
    }

    private static String text(Line line) {
        if (line.isCut()) {
            throw new IllegalArgumentException(
                    "line too long: maxBytes=%d, found=%d"
                            .formatted(Fields.MOST_BYTES, line.length()));
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
