package org.lexicographer.pipeline.block;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

/**
 * The layout of an activation block, version 2, little-endian:
 *
 * <pre>
 *  0  magic "LXAB", version, checksum    see {@link BlockFrame}
 * 12  activationDim    int32
 * 16  sequence         int64
 * 24  part             int32
 * 28  parts            int32
 * 32  rows             int32
 * 36  type             int32: 0 float32, 1 float16, 2 bfloat16
 * 40  excluded         int32
 * 44  values           rows * activationDim values
 * </pre>
 *
 * Version 1 had no field {@code excluded} and is still read: blocks of it may wait in a topic.
 */
public final class ActivationBlockFormat {

    /** The version that is written. */
    public static final int VERSION = 2;

    /** The number of bytes before the values. */
    public static final int HEADER_LENGTH = 44;

    /** About how many bytes of values one record holds. */
    public static final int RECORD_BYTES = 1 << 20;

    private static final int NARROWED_AT_ONCE = 4096;
    private static final int MAGIC = 0x4241584c;
    private static final int FIRST_VERSION = 1;
    private static final int FIRST_HEADER_LENGTH = 40;

    private ActivationBlockFormat() {}

    /** All of a part but its values. */
    private record Header(
            long sequence,
            int part,
            int parts,
            int excluded,
            int rows,
            int activationDim,
            ActivationType type) {

        /** Returns the part's bytes, which are to be filled with values from the position on. */
        ByteBuffer start() {
            long values = (long) rows * activationDim * type.bytes();
            int size = Math.toIntExact(HEADER_LENGTH + values);
            ByteBuffer bytes = BlockFrame.start(MAGIC, VERSION, size);
            bytes.putInt(activationDim).putLong(sequence);
            bytes.putInt(part).putInt(parts);
            bytes.putInt(rows).putInt(type.ordinal());
            return bytes.putInt(excluded);
        }
    }

    /** Writes one part of an activation block. */
    public static byte[] encode(ActivationBlock block) {
        Header header =
                new Header(
                        block.sequence(),
                        block.part(),
                        block.parts(),
                        block.excluded(),
                        block.rows(),
                        block.activationDim(),
                        block.type());
        return BlockFrame.finish(header.start().put(block.values().duplicate()));
    }

    /**
     * Reads one part of an activation block; its values share memory with {@code bytes}.
     *
     * @throws CorruptBlockException when the bytes are not one
     */
    public static ActivationBlock decode(byte[] bytes) {
        boolean first = BlockFrame.isVersion(FIRST_VERSION, bytes);
        ByteBuffer block =
                first
                        ? BlockFrame.open(MAGIC, FIRST_VERSION, FIRST_HEADER_LENGTH, bytes)
                        : BlockFrame.open(MAGIC, VERSION, HEADER_LENGTH, bytes);
        int activationDim = block.getInt();
        long sequence = block.getLong();
        int part = block.getInt();
        int parts = block.getInt();
        int rows = block.getInt();
        ActivationType type = type(block.getInt());
        int excluded = first ? 0 : block.getInt();
        BlockFrame.expectPayload(BlockFrame.bytes(rows, activationDim, type.bytes()), block);
        try {
            return new ActivationBlock(sequence, part, parts, excluded, activationDim, type, block);
        } catch (IllegalArgumentException e) {
            throw new CorruptBlockException(e.getMessage());
        }
    }

    private static ActivationType type(int code) {
        if (code < 0 || code >= ActivationType.values().length) {
            throw new CorruptBlockException(
                    "activation block type unknown: expected=0|1|2, found=" + code);
        }
        return ActivationType.values()[code];
    }

    /**
     * The activations of one token block at one site, as they come from the model.
     *
     * @param sequence the number of the token block
     * @param activationDim values per row, D
     * @param excluded the number of rows that were left out
     * @param values the other rows, row after row, (N, D), from index 0 to the limit
     */
    public record WholeBlock(long sequence, int activationDim, int excluded, FloatBuffer values) {

        /** Checks that nothing is absent; takes the buffer as it is. */
        public WholeBlock {
            requireNonNull(values, "values is null");
        }
    }

    /**
     * Writes the activations of one token block, cut into parts of about {@link #RECORD_BYTES}; a
     * block of which all rows are left out is one part. Values are narrowed straight into them.
     *
     * @param type the number format to write
     */
    public static List<byte[]> encode(WholeBlock block, ActivationType type) {
        int activationDim = block.activationDim();
        int rowsPerPart = Math.max(1, RECORD_BYTES / (activationDim * type.bytes()));
        int rows = block.values().limit() / activationDim;
        int parts = Math.max(1, Math.ceilDiv(rows, rowsPerPart));
        List<byte[]> records = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            int from = part * rowsPerPart;
            int count = Math.min(rowsPerPart, rows - from);
            ByteBuffer bytes =
                    new Header(
                                    block.sequence(),
                                    part,
                                    parts,
                                    part == 0 ? block.excluded() : 0,
                                    count,
                                    activationDim,
                                    type)
                            .start();
            narrow(
                    block.values().slice(from * activationDim, count * activationDim),
                    type,
                    bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
            records.add(BlockFrame.finish(bytes));
        }
        return records;
    }

    private static void narrow(FloatBuffer values, ActivationType type, ByteBuffer to) {
        switch (type) {
            case FLOAT32 -> to.asFloatBuffer().put(values);
            case FLOAT16, BFLOAT16 -> narrowToShorts(values, type, to.asShortBuffer());
        }
    }

    /** Goes by way of arrays, whose loops the JVM compiles to vectors. */
    private static void narrowToShorts(FloatBuffer values, ActivationType type, ShortBuffer to) {
        float[] wide = new float[Math.min(values.limit(), NARROWED_AT_ONCE)];
        short[] narrow = new short[wide.length];
        while (values.hasRemaining()) {
            int count = Math.min(values.remaining(), wide.length);
            values.get(wide, 0, count);
            for (int i = 0; i < count; i++) {
                narrow[i] = (short) type.bits(wide[i]);
            }
            to.put(narrow, 0, count);
        }
    }
}
