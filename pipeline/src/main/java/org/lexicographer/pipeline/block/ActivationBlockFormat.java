package org.lexicographer.pipeline.block;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    private static final int MAGIC = 0x4241584c;
    private static final int FIRST_VERSION = 1;
    private static final int FIRST_HEADER_LENGTH = 40;

    private ActivationBlockFormat() {}

    /** Writes one part of an activation block. */
    public static byte[] encode(ActivationBlock block) {
        int size = Math.addExact(HEADER_LENGTH, block.values().capacity());
        ByteBuffer bytes = BlockFrame.start(MAGIC, VERSION, size);
        bytes.putInt(block.activationDim()).putLong(block.sequence());
        bytes.putInt(block.part()).putInt(block.parts());
        bytes.putInt(block.rows()).putInt(block.type().ordinal());
        bytes.putInt(block.excluded());
        bytes.put(block.values().duplicate());
        return BlockFrame.finish(bytes);
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
        BlockFrame.expectPayload((long) rows * activationDim * type.bytes(), block);
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
     * @param values the other rows as float32, row after row, (N, D)
     */
    public record WholeBlock(long sequence, int activationDim, int excluded, float[] values) {

        /** Checks that nothing is absent; takes the array as it is. */
        public WholeBlock {
            requireNonNull(values, "values is null");
        }
    }

    /**
     * Cuts the activations of one token block into parts of about {@link #RECORD_BYTES}; a block of
     * which all rows are left out is one part.
     *
     * @param type the number format to write
     */
    public static List<ActivationBlock> cut(WholeBlock block, ActivationType type) {
        int activationDim = block.activationDim();
        int rowsPerPart = Math.max(1, RECORD_BYTES / (activationDim * type.bytes()));
        int rows = block.values().length / activationDim;
        int parts = Math.max(1, Math.ceilDiv(rows, rowsPerPart));
        List<ActivationBlock> blocks = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            int from = part * rowsPerPart * activationDim;
            int count = Math.min(rowsPerPart * activationDim, block.values().length - from);
            blocks.add(
                    new ActivationBlock(
                            block.sequence(),
                            part,
                            parts,
                            part == 0 ? block.excluded() : 0,
                            activationDim,
                            type,
                            narrow(block.values(), from, count, type)));
        }
        return blocks;
    }

    private static ByteBuffer narrow(float[] values, int from, int count, ActivationType type) {
        ByteBuffer bytes = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case FLOAT32 -> bytes.asFloatBuffer().put(values, from, count);
            case FLOAT16, BFLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    bytes.putShort(2 * i, (short) type.bits(values[from + i]));
                }
            }
        }
        return bytes;
    }
}
