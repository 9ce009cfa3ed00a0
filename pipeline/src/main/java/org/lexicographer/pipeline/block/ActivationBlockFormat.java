package org.lexicographer.pipeline.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.RunSpec.ActivationType;

/**
 * The layout of an activation block, version 1, little-endian:
 *
 * <pre>
 *  0  magic "LXAB", version, checksum    see {@link BlockFrame}
 * 12  activationDim    int32
 * 16  sequence         int64
 * 24  part             int32
 * 28  parts            int32
 * 32  rows             int32
 * 36  type             int32: 0 float32, 1 float16
 * 40  values           rows * activationDim values
 * </pre>
 */
public final class ActivationBlockFormat {

    /** The version that is written. */
    public static final int VERSION = 1;

    /** Bytes in front of the values. */
    public static final int HEADER_LENGTH = 40;

    /** About how many bytes of values one record holds. */
    public static final int RECORD_BYTES = 1 << 20;

    private static final int MAGIC = 0x4241584c;

    private ActivationBlockFormat() {}

    /** Writes one part of an activation block. */
    public static byte[] encode(ActivationBlock block) {
        int size = Math.addExact(HEADER_LENGTH, block.values().capacity());
        ByteBuffer bytes = BlockFrame.start(MAGIC, VERSION, size);
        bytes.putInt(block.activationDim()).putLong(block.sequence());
        bytes.putInt(block.part()).putInt(block.parts());
        bytes.putInt(block.rows()).putInt(block.type().ordinal());
        bytes.put(block.values().duplicate());
        return BlockFrame.finish(bytes);
    }

    /**
     * Reads one part of an activation block; its values share memory with {@code bytes}.
     *
     * @throws CorruptBlockException when the bytes are not one
     */
    public static ActivationBlock decode(byte[] bytes) {
        ByteBuffer block = BlockFrame.open(MAGIC, VERSION, HEADER_LENGTH, bytes);
        int activationDim = block.getInt();
        long sequence = block.getLong();
        int part = block.getInt();
        int parts = block.getInt();
        int rows = block.getInt();
        ActivationType type = type(block.getInt());
        BlockFrame.expectPayload((long) rows * activationDim * type.bytes(), block);
        try {
            return new ActivationBlock(sequence, part, parts, activationDim, type, block);
        } catch (IllegalArgumentException e) {
            throw new CorruptBlockException(e.getMessage());
        }
    }

    private static ActivationType type(int code) {
        if (code < 0 || code >= ActivationType.values().length) {
            throw new CorruptBlockException(
                    "activation block type unknown: expected=0|1, found=" + code);
        }
        return ActivationType.values()[code];
    }

    /**
     * Cuts the activations of one token block into parts of about {@link #RECORD_BYTES}.
     *
     * @param values the activations as float32, row after row, (N, D)
     * @param type the number format to write
     */
    public static List<ActivationBlock> cut(
            long sequence, int activationDim, ActivationType type, float[] values) {
        int rowsPerPart = Math.max(1, RECORD_BYTES / (activationDim * type.bytes()));
        int rows = values.length / activationDim;
        int parts = Math.ceilDiv(rows, rowsPerPart);
        List<ActivationBlock> blocks = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            int from = part * rowsPerPart * activationDim;
            int count = Math.min(rowsPerPart * activationDim, values.length - from);
            ByteBuffer bytes = narrow(values, from, count, type);
            blocks.add(new ActivationBlock(sequence, part, parts, activationDim, type, bytes));
        }
        return blocks;
    }

    private static ByteBuffer narrow(float[] values, int from, int count, ActivationType type) {
        ByteBuffer bytes = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case FLOAT32 -> bytes.asFloatBuffer().put(values, from, count);
            case FLOAT16 -> {
                for (int i = 0; i < count; i++) {
                    bytes.putShort(2 * i, Float.floatToFloat16(values[from + i]));
                }
            }
        }
        return bytes;
    }
}
