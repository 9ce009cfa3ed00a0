package org.lexicographer.trainer.buffer;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.lexicographer.objectstore.UploadSource;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

/**
 * The post's activation buffer: filled with rows, sampled at random without replacement until half
 * of it is empty, then filled again. Rows leave in an order that is a function of the seed and of
 * the number of fillings alone, so a restored buffer continues with the same bits.
 *
 * <p>Rows lie outside the Java heap, since a buffer can hold many GiB. For use by one thread.
 */
public final class ShuffleBuffer implements AutoCloseable {

    private static final ValueLayout.OfShort LITTLE_ENDIAN_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfFloat LITTLE_ENDIAN_FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows;
    private final int capacity;
    private final int width;
    private final ActivationType type;
    private final long seed;

    /**
     * The slots of all rows: those from {@code served} to {@code filled} wait in serving order, the
     * others are free.
     */
    private final int[] slots;

    private int served;
    private int filled;
    private long fillings;

    /**
     * Creates an empty buffer.
     *
     * @param capacity the number of rows it can hold
     * @param width values per row
     * @param type how the values rest
     * @param seed decides the order in which rows leave
     */
    public ShuffleBuffer(int capacity, int width, ActivationType type, long seed) {
        if (capacity < 2 || width < 1) {
            throw new IllegalArgumentException(
                    "shuffle buffer too small: capacity=%d, width=%d".formatted(capacity, width));
        }
        this.capacity = capacity;
        this.width = width;
        this.type = type;
        this.seed = seed;
        slots = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            slots[i] = i;
        }
        // Comes last: nothing after it can fail, and leave this memory without an owner.
        rows = arena.allocate((long) capacity * rowBytes(), Float.BYTES);
    }

    /** Returns the number of rows that wait to be served. */
    public int remaining() {
        return filled - served;
    }

    /** Tells whether less than half of the buffer waits, so that it should be filled again. */
    public boolean isHalfEmpty() {
        return remaining() < capacity / 2;
    }

    /** Returns how many more rows fit; {@link #beginFilling} first makes room for them. */
    public int space() {
        return capacity - remaining();
    }

    /** Returns how often the buffer was filled. */
    public long fillings() {
        return fillings;
    }

    /** Makes room: rows that were served give up their slots. */
    public void beginFilling() {
        int[] free = new int[served];
        System.arraycopy(slots, 0, free, 0, served);
        System.arraycopy(slots, served, slots, 0, remaining());
        filled = remaining();
        // Free slots follow those that wait; what was free before lies after them already.
        System.arraycopy(free, 0, slots, filled, free.length);
        served = 0;
    }

    /**
     * Adds one row.
     *
     * @param source holds the row's values from {@code offset} on
     */
    public void add(float[] source, int offset) {
        if (filled == capacity) {
            throw new IllegalStateException("shuffle buffer full: capacity=" + capacity);
        }
        write(source, offset, position(slots[filled]));
        filled++;
    }

    /** Shuffles everything that waits: what was left and what was added. */
    public void endFilling() {
        SplittableRandom random = new SplittableRandom(seed + GOLDEN_GAMMA * (fillings + 1));
        for (int last = filled - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int slot = slots[last];
            slots[last] = slots[other];
            slots[other] = slot;
        }
        fillings++;
    }

    /**
     * Takes the next rows.
     *
     * @param count how many
     * @param target receives them, (count, width)
     */
    public void take(int count, float[] target) {
        if (count > remaining()) {
            throw new IllegalStateException(
                    "shuffle buffer runs dry: asked=%d, remaining=%d"
                            .formatted(count, remaining()));
        }
        for (int row = 0; row < count; row++) {
            read(position(slots[served + row]), target, row * width);
        }
        served += count;
    }

    /** Returns the mean, over the rows that wait, of the squared norm of some of their values. */
    public double meanSquaredNorm(int from, int to) {
        double sum = 0;
        for (int i = served; i < filled; i++) {
            long row = position(slots[i]);
            for (int j = from; j < to; j++) {
                double value = value(row + (long) j * type.bytes());
                sum += value * value;
            }
        }
        return sum / remaining();
    }

    private void write(float[] source, int offset, long position) {
        if (type == ActivationType.FLOAT32) {
            MemorySegment.copy(source, offset, rows, LITTLE_ENDIAN_FLOAT, position, width);
            return;
        }
        for (int i = 0; i < width; i++) {
            short bits = (short) type.bits(source[offset + i]);
            rows.set(LITTLE_ENDIAN_SHORT, position + (long) i * Short.BYTES, bits);
        }
    }

    private void read(long position, float[] target, int offset) {
        if (type == ActivationType.FLOAT32) {
            MemorySegment.copy(rows, LITTLE_ENDIAN_FLOAT, position, target, offset, width);
            return;
        }
        for (int i = 0; i < width; i++) {
            target[offset + i] = value(position + (long) i * Short.BYTES);
        }
    }

    private float value(long position) {
        return type == ActivationType.FLOAT32
                ? rows.get(LITTLE_ENDIAN_FLOAT, position)
                : type.value(rows.get(LITTLE_ENDIAN_SHORT, position));
    }

    /** Returns the rows that wait, in serving order, as they rest, little-endian. */
    public UploadSource remainingRows() {
        return new WaitingRows();
    }

    private final class WaitingRows implements UploadSource {

        @Override
        public long size() {
            return (long) remaining() * rowBytes();
        }

        @Override
        public InputStream open() {
            return new RowStream();
        }
    }

    /**
     * Puts an empty buffer into the state of one whose {@link #remainingRows} were saved.
     *
     * @param source yields the rows in serving order, (count, width), as they rest, little-endian
     */
    public void restore(RowSource source, int count, long fillingsSoFar) throws IOException {
        byte[] row = new byte[rowBytes()];
        for (int i = 0; i < count; i++) {
            source.readFully(row);
            MemorySegment.copy(row, 0, rows, ValueLayout.JAVA_BYTE, position(slots[i]), row.length);
        }
        served = 0;
        filled = count;
        fillings = fillingsSoFar;
    }

    /** Yields saved rows one by one. */
    @FunctionalInterface
    public interface RowSource {

        /** Fills the array, or fails when the source ends before. */
        void readFully(byte[] row) throws IOException;
    }

    private long position(int slot) {
        return (long) slot * rowBytes();
    }

    private int rowBytes() {
        return Math.multiplyExact(width, type.bytes());
    }

    @Override
    public void close() {
        arena.close();
    }

    private final class RowStream extends InputStream {

        private int next = served;
        private int offset;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int from, int length) {
            int read = 0;
            while (read < length && next < filled) {
                read += readRow(target, from + read, length - read);
            }
            return read == 0 && length > 0 ? -1 : read;
        }

        private int readRow(byte[] target, int from, int length) {
            int count = Math.min(length, rowBytes() - offset);
            MemorySegment.copy(
                    rows,
                    ValueLayout.JAVA_BYTE,
                    position(slots[next]) + offset,
                    target,
                    from,
                    count);
            offset = (offset + count) % rowBytes();
            next += offset == 0 ? 1 : 0;
            return count;
        }
    }
}
