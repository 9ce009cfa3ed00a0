package org.lexicographer.pipeline.block;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The layout of a residual block, little-endian:
 *
 * <pre>
 *  0  magic "LXRB", version, checksum    see {@link BlockFrame}
 * 12  contextLength    int32
 * 16  sequence         int64
 * 24  part             int32
 * 28  parts            int32
 * 32  rows             int32
 * 36  activationDim    int32
 * 40  token ids        rows times int32
 *     values           rows * activationDim times float32
 * </pre>
 *
 * <p>Values are float32 whatever activations travel as: it holds what layers compute in float32 and
 * in bfloat16, to the bit.
 */
public final class ResidualBlockFormat {

    /** The version that is written. */
    public static final int VERSION = 1;

    /** The number of bytes before the token ids. */
    public static final int HEADER_LENGTH = 40;

    private static final int MAGIC = 0x4252584c;

    private ResidualBlockFormat() {}

    /**
     * The residual stream of one token block, as it comes from the model.
     *
     * @param sequence the number of the token block
     * @param contextLength tokens per context, T
     * @param tokens the token ids, (N)
     * @param values the residual stream, row after row, (N, D), from index 0 to the limit
     */
    public record WholeBlock(long sequence, int contextLength, int[] tokens, FloatBuffer values) {

        /** Checks that nothing is absent; takes array and buffer as they are. */
        public WholeBlock {
            requireNonNull(tokens, "tokens is null");
            requireNonNull(values, "values is null");
        }

        private int activationDim() {
            return values.limit() / tokens.length;
        }
    }

    /** Returns how many rows one record holds. */
    public static int rowsPerRecord(int activationDim) {
        return Math.max(
                1, ActivationBlockFormat.RECORD_BYTES / (Float.BYTES * (activationDim + 1)));
    }

    /** Writes the residual stream of one token block, cut into parts of about 1 MiB. */
    public static List<byte[]> encode(WholeBlock block) {
        int rows = block.tokens().length;
        int activationDim = block.activationDim();
        int rowsPerPart = rowsPerRecord(activationDim);
        int parts = Math.ceilDiv(rows, rowsPerPart);
        List<byte[]> records = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            int from = part * rowsPerPart;
            int to = Math.min(rows, from + rowsPerPart);
            Header header =
                    new Header(block.sequence(), part, parts, block.contextLength(), activationDim);
            ByteBuffer bytes = header.start(Arrays.copyOfRange(block.tokens(), from, to));
            bytes.asFloatBuffer()
                    .put(block.values().slice(from * activationDim, (to - from) * activationDim));
            records.add(BlockFrame.finish(bytes));
        }
        return records;
    }

    /** Writes one part. */
    public static byte[] encode(ResidualBlock block) {
        Header header =
                new Header(
                        block.sequence(),
                        block.part(),
                        block.parts(),
                        block.contextLength(),
                        block.activationDim());
        return BlockFrame.finish(header.start(block.tokens()).put(block.values().duplicate()));
    }

    /** All of a part but its rows. */
    private record Header(
            long sequence, int part, int parts, int contextLength, int activationDim) {

        /** Returns the part's bytes, which are to be filled with values from the position on. */
        ByteBuffer start(int[] tokens) {
            long payload = (long) tokens.length * (1 + activationDim) * Float.BYTES;
            int size = Math.toIntExact(HEADER_LENGTH + payload);
            ByteBuffer bytes = BlockFrame.start(MAGIC, VERSION, size);
            bytes.putInt(contextLength).putLong(sequence);
            bytes.putInt(part).putInt(parts);
            bytes.putInt(tokens.length).putInt(activationDim);
            for (int token : tokens) {
                bytes.putInt(token);
            }
            return bytes;
        }
    }

    /**
     * Reads one part; its values share memory with {@code bytes}.
     *
     * @throws CorruptBlockException when the bytes are not one
     */
    public static ResidualBlock decode(byte[] bytes) {
        ByteBuffer block = BlockFrame.open(MAGIC, VERSION, HEADER_LENGTH, bytes);
        int contextLength = block.getInt();
        long sequence = block.getLong();
        int part = block.getInt();
        int parts = block.getInt();
        int rows = block.getInt();
        int activationDim = block.getInt();
        try {
            BlockFrame.bytes(rows, activationDim, Float.BYTES);
            BlockFrame.expectPayload(
                    BlockFrame.bytes(rows, 1L + activationDim, Float.BYTES), block);
            int[] tokens = new int[rows];
            block.asIntBuffer().get(tokens);
            block.position(block.position() + rows * Integer.BYTES);
            return new ResidualBlock(
                    sequence, part, parts, contextLength, activationDim, tokens, block);
        } catch (IllegalArgumentException e) {
            throw new CorruptBlockException(String.valueOf(e.getMessage()));
        }
    }
}
