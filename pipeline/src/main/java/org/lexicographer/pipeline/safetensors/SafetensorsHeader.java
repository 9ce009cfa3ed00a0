package org.lexicographer.pipeline.safetensors;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The JSON part of a file, checked: the tensors' bytes lie one after the other, without gap or
 * overlap.
 *
 * <p>Read token by token and only in the one form that the format allows, so that a hostile header
 * can neither nest deeply nor fill the memory with anything but its own text.
 */
record SafetensorsHeader(
        SortedMap<String, TensorEntry> entries, SortedMap<String, String> metadata) {

    static final String METADATA = "__metadata__";

    /** The limit of the format's own library. */
    static final int MAX_BYTES = 100_000_000;

    /** How many bytes say how long the header is, which comes after them. */
    static final int LENGTH_BYTES = Long.BYTES;

    private static final ValueLayout.OfLong LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** Returns how many bytes the header has of a file, of which at least the start is given. */
    static long length(MemorySegment file) {
        if (file.byteSize() < LENGTH_BYTES) {
            throw new SafetensorsException("file too short for a header: bytes=" + file.byteSize());
        }
        long length = file.get(LENGTH, 0);
        if (length < 0 || length > MAX_BYTES) {
            throw new SafetensorsException(
                    "header length out of range: limit=%d, found=%s"
                            .formatted(MAX_BYTES, Long.toUnsignedString(length)));
        }
        return length;
    }

    static SafetensorsHeader parse(byte[] json) {
        SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(), new TreeMap<>());
        try (JsonParser parser =
                JSON.createParser(
                        new InputStreamReader(
                                new ByteArrayInputStream(json), UTF_8.newDecoder()))) {
            header.read(parser);
        } catch (IOException e) {
            throw new SafetensorsException(
                    "header is not valid JSON: " + e.getMessage().lines().findFirst().orElse(""),
                    e);
        }
        header.checkPlaces();
        return header;
    }

    TensorEntry entry(String name) {
        TensorEntry entry = entries.get(name);
        if (entry == null) {
            throw new SafetensorsException("no such tensor: tensor=" + name);
        }
        return entry;
    }

    private void read(JsonParser parser) throws IOException {
        expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "the header");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (name.equals(METADATA)) {
                readMetadata(parser);
            } else {
                entries.put(name, readEntry(parser, name));
            }
        }
        if (parser.nextToken() != null) {
            throw new SafetensorsException("header has text after its end");
        }
    }

    /** Null stands for nothing, in place of all texts or of one. */
    private void readMetadata(JsonParser parser) throws IOException {
        if (parser.nextToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(parser, parser.currentToken(), JsonToken.START_OBJECT, METADATA);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                expect(parser, parser.currentToken(), JsonToken.VALUE_STRING, METADATA + "." + key);
                metadata.put(key, parser.getText());
            }
        }
    }

    private static TensorEntry readEntry(JsonParser parser, String name) throws IOException {
        expect(parser, parser.nextToken(), JsonToken.START_OBJECT, name);
        SafetensorsType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            switch (parser.currentName()) {
                case "dtype" -> type = readType(parser, name);
                case "shape" -> shape = readLongs(parser, name + ".shape");
                case "data_offsets" -> offsets = readLongs(parser, name + ".data_offsets");
                case String other ->
                        throw new SafetensorsException(
                                "unknown key in header: key=%s, tensor=%s".formatted(other, name));
            }
        }
        if (type == null || shape == null || offsets == null) {
            throw new SafetensorsException(
                    "header entry incomplete: expected=dtype, shape, data_offsets, tensor=" + name);
        }
        return entry(name, type, shape, offsets);
    }

    private static TensorEntry entry(
            String name, SafetensorsType type, List<Long> shape, List<Long> offsets) {
        if (offsets.size() != 2 || offsets.get(0) < 0 || offsets.get(1) < offsets.get(0)) {
            throw new SafetensorsException(
                    "data_offsets are not a start and an end: found=%s, tensor=%s"
                            .formatted(offsets, name));
        }
        long start = offsets.get(0);
        return new TensorEntry(name, type, shape, start, offsets.get(1) - start);
    }

    private static SafetensorsType readType(JsonParser parser, String name) throws IOException {
        expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, name + ".dtype");
        String text = parser.getText();
        for (SafetensorsType type : SafetensorsType.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        throw new SafetensorsException(
                "unknown dtype: found=%s, expected=one of %s, tensor=%s"
                        .formatted(text, List.of(SafetensorsType.values()), name));
    }

    private static List<Long> readLongs(JsonParser parser, String where) throws IOException {
        expect(parser, parser.nextToken(), JsonToken.START_ARRAY, where);
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
            if (parser.getNumberType() == NumberType.BIG_INTEGER) {
                throw new SafetensorsException("number out of range in header: at=" + where);
            }
            values.add(parser.getLongValue());
            if (values.size() > TensorEntry.MAX_RANK) {
                throw new SafetensorsException("too many numbers in header: at=" + where);
            }
        }
        return values;
    }

    private static void expect(JsonParser parser, JsonToken found, JsonToken expected, String where)
            throws IOException {
        if (found != expected) {
            throw new SafetensorsException(
                    "header has the wrong form: expected=%s, found=%s, at=%s, column=%d"
                            .formatted(
                                    expected,
                                    found,
                                    where,
                                    parser.currentTokenLocation().getColumnNr()));
        }
    }

    private void checkPlaces() {
        long end = 0;
        List<TensorEntry> byPlace = new ArrayList<>(entries.values());
        byPlace.sort(
                Comparator.comparingLong(TensorEntry::offset)
                        .thenComparingLong(TensorEntry::length));
        for (TensorEntry entry : byPlace) {
            if (entry.offset() != end) {
                throw new SafetensorsException(
                        "tensors %s: expected offset=%d, found=%d, tensor=%s"
                                .formatted(
                                        entry.offset() < end ? "overlap" : "leave a gap",
                                        end,
                                        entry.offset(),
                                        entry.name()));
            }
            end += entry.length();
        }
    }

    /** Checks that the tensors fill all of a file after its header. */
    void checkDataLength(long dataLength) {
        long end = entries.values().stream().mapToLong(TensorEntry::length).sum();
        if (end != dataLength) {
            throw new SafetensorsException(
                    "file length does not match its header: expected data bytes=%d, found=%d"
                            .formatted(end, dataLength));
        }
    }
}
