package org.lexicographer.pipeline.safetensors;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Collects tensors and writes them as one safetensors file.
 *
 * <p>The same tensors and metadata give the same bytes, in whatever order they were added: tensors
 * lie by type, widest first, then by name (as the format's own library has it, and so that each is
 * aligned); metadata by key; the header is padded with blanks to a multiple of 8.
 */
public final class SafetensorsWriter {

    private static final int ALIGNMENT = 8;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final JsonFactory JSON = new JsonFactory();

    private record Tensor(String name, SafetensorsType type, List<Long> shape, ByteBuffer data) {}

    private final Map<String, Tensor> tensors = new HashMap<>();
    private final SortedMap<String, String> metadata = new TreeMap<>();

    /**
     * Adds a tensor whose little-endian elements are the buffer's remaining bytes. The buffer is
     * kept, not copied, and its position is left alone.
     *
     * @throws SafetensorsException when the name is taken or the bytes do not fill the shape
     */
    public SafetensorsWriter add(
            String name, SafetensorsType type, List<Long> shape, ByteBuffer data) {
        Tensor tensor = new Tensor(requireNonNull(name, "name is null"), type, shape, data.slice());
        entry(tensor, 0);
        if (name.equals(SafetensorsHeader.METADATA) || tensors.putIfAbsent(name, tensor) != null) {
            throw new SafetensorsException("tensor name is taken: tensor=" + name);
        }
        return this;
    }

    /** Adds a float32 tensor of row-major values; errors as {@link #add}. */
    public SafetensorsWriter addFloats(String name, List<Long> shape, float[] data) {
        ByteBuffer bytes = allocate(name, data.length, Float.BYTES);
        bytes.asFloatBuffer().put(data);
        return add(name, SafetensorsType.F32, shape, bytes);
    }

    /** Adds an int64 tensor of row-major values; errors as {@link #add}. */
    public SafetensorsWriter addLongs(String name, List<Long> shape, long[] data) {
        ByteBuffer bytes = allocate(name, data.length, Long.BYTES);
        bytes.asLongBuffer().put(data);
        return add(name, SafetensorsType.I64, shape, bytes);
    }

    /** Sets a free-form text of the header. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(requireNonNull(key, "key is null"), requireNonNull(value, "value is null"));
        return this;
    }

    /** Returns how many bytes {@link #writeTo} will write. */
    public long size() {
        long dataBytes = tensors.values().stream().mapToLong(t -> t.data().remaining()).sum();
        return Long.BYTES + header().length + dataBytes;
    }

    /**
     * Writes the file; the stream is neither flushed nor closed.
     *
     * @throws IOException when the stream fails
     */
    public void writeTo(OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream content = open()) {
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                out.write(chunk, 0, read);
            }
        }
    }

    /** Returns the bytes of the file, each time from the first one on. */
    public InputStream open() {
        byte[] header = header();
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(LITTLE_ENDIAN);
        List<ByteBuffer> parts = new ArrayList<>();
        parts.add(length.putLong(header.length).flip());
        parts.add(ByteBuffer.wrap(header));
        inFileOrder().forEach(tensor -> parts.add(tensor.data().duplicate()));
        return new BufferStream(parts);
    }

    private List<Tensor> inFileOrder() {
        Comparator<Tensor> widestFirst = Comparator.comparing(Tensor::type).reversed();
        return tensors.values().stream().sorted(widestFirst.thenComparing(Tensor::name)).toList();
    }

    private byte[] header() {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(json)) {
            generator.writeStartObject();
            writeMetadata(generator);
            long offset = 0;
            for (Tensor tensor : inFileOrder()) {
                TensorEntry entry = entry(tensor, offset);
                writeEntry(generator, entry);
                offset += entry.length();
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return padded(json.toByteArray());
    }

    private void writeMetadata(JsonGenerator generator) throws IOException {
        if (!metadata.isEmpty()) {
            generator.writeObjectFieldStart(SafetensorsHeader.METADATA);
            for (var text : metadata.entrySet()) {
                generator.writeStringField(text.getKey(), text.getValue());
            }
            generator.writeEndObject();
        }
    }

    private static void writeEntry(JsonGenerator generator, TensorEntry entry) throws IOException {
        generator.writeObjectFieldStart(entry.name());
        generator.writeStringField("dtype", entry.type().name());
        writeLongs(generator, "shape", entry.shape());
        writeLongs(
                generator,
                "data_offsets",
                List.of(entry.offset(), entry.offset() + entry.length()));
        generator.writeEndObject();
    }

    private static void writeLongs(JsonGenerator generator, String key, List<Long> values)
            throws IOException {
        generator.writeFieldName(key);
        long[] array = values.stream().mapToLong(Long::longValue).toArray();
        generator.writeArray(array, 0, array.length);
    }

    private static byte[] padded(byte[] json) {
        int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
        byte[] header = Arrays.copyOf(json, length);
        Arrays.fill(header, json.length, length, (byte) ' ');
        return header;
    }

    private static TensorEntry entry(Tensor tensor, long offset) {
        return new TensorEntry(
                tensor.name(), tensor.type(), tensor.shape(), offset, tensor.data().remaining());
    }

    private static ByteBuffer allocate(String name, int elements, int elementBytes) {
        long bytes = (long) elements * elementBytes;
        if (bytes > Integer.MAX_VALUE - ALIGNMENT) {
            throw new SafetensorsException(
                    "tensor too large for one buffer: bytes=%d, tensor=%s".formatted(bytes, name));
        }
        return ByteBuffer.allocate((int) bytes).order(LITTLE_ENDIAN);
    }
}
