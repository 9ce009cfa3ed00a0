package org.lexicographer.pipeline.safetensors;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;

/**
 * One safetensors file that lies elsewhere: its header is read at once, of its tensors no more than
 * is asked for. That the file is cut off is only found when what it lacks is read.
 */
public final class SafetensorsRanges {

    /** Few headers are longer, so that one read is enough for most. */
    private static final int FIRST_BYTES = 1 << 12;

    private final Source source;
    private final long dataStart;
    private final SafetensorsHeader header;

    /** Where the file lies. */
    @FunctionalInterface
    public interface Source {

        /** Reads a range of the file's bytes, of which those beyond its end are left out. */
        byte[] read(long offset, long length);
    }

    private SafetensorsRanges(Source source) {
        this.source = source;
        byte[] start = source.read(0, FIRST_BYTES);
        this.dataStart =
                SafetensorsHeader.LENGTH_BYTES
                        + SafetensorsHeader.length(MemorySegment.ofArray(start));
        byte[] enough = dataStart <= start.length ? start : exactly(0, dataStart);
        this.header =
                SafetensorsHeader.parse(
                        Arrays.copyOfRange(
                                enough, SafetensorsHeader.LENGTH_BYTES, (int) dataStart));
    }

    /**
     * Reads a file's header.
     *
     * @throws SafetensorsException when it is not a well-formed one
     */
    public static SafetensorsRanges open(Source source) {
        return new SafetensorsRanges(source);
    }

    private byte[] exactly(long offset, long length) {
        byte[] bytes = source.read(offset, length);
        if (bytes.length != length) {
            throw new SafetensorsException(
                    "file cut off: expected=%d bytes from %d on, found=%d"
                            .formatted(length, offset, bytes.length));
        }
        return bytes;
    }

    /** Returns the free-form texts of the header. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * Reads some elements of a tensor, in row-major order, in one read.
     *
     * @param first the number of the first one, from 0
     * @return their little-endian bytes
     * @throws SafetensorsException when there is no such tensor, or the file is cut off
     * @throws IndexOutOfBoundsException when it has no such elements
     */
    public ByteBuffer bytes(String name, long first, int count) {
        TensorEntry entry = header.entry(name);
        Objects.checkFromIndexSize(first, count, entry.elements());
        long width = entry.type().bytes();
        byte[] bytes = exactly(dataStart + entry.offset() + first * width, count * width);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
