package org.lexicographer.pipeline.block;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of a token block, little-endian. Version 1 is that of runs that mix no datasets:
 *
 * <pre>
 *  0  magic "LXTB", version, checksum    see {@link BlockFrame}
 * 12  contextLength    int32
 * 16  sequence         int64
 * 24  next.shardOffset int64
 * 32  next.document    int64
 * 40  next.token       int64
 * 48  contexts         int32
 * 52  reserved         int32, zero
 * 56  token ids        contexts * contextLength times int32
 * </pre>
 *
 * <p>Version 2 has, in place of the reserved field, the number of datasets that the run mixes, and
 * between header and token ids, for each of them:
 *
 * <pre>
 *  0  contexts         int64
 *  8  hasEnded         int64, 0 or 1
 * 16  next.shardOffset int64
 * 24  next.document    int64
 * 32  next.token       int64
 * </pre>
 */
public final class TokenBlockFormat {

    /** The version of a block of one dataset. */
    public static final int VERSION = 1;

    /** The version of a block of mixed datasets. */
    public static final int MIXED_VERSION = 2;

    /** The number of bytes before the token ids, or before the positions of mixed datasets. */
    public static final int HEADER_LENGTH = 56;

    /** The number of bytes of the position of one of several datasets. */
    public static final int MIXED_POSITION_LENGTH = 40;

    private static final int MAGIC = 0x4254584c;

    private TokenBlockFormat() {}

    /** Writes a token block. */
    public static byte[] encode(TokenBlock block) {
        int datasets = block.datasets().size();
        int header = HEADER_LENGTH + datasets * MIXED_POSITION_LENGTH;
        int size = Math.addExact(header, Math.multiplyExact(4, block.tokens().length));
        ByteBuffer bytes = BlockFrame.start(MAGIC, datasets == 0 ? VERSION : MIXED_VERSION, size);
        bytes.putInt(block.contextLength()).putLong(block.sequence());
        put(block.next(), bytes);
        bytes.putInt(block.contexts()).putInt(datasets);
        for (MixedPosition position : block.datasets()) {
            bytes.putLong(position.contexts()).putLong(position.hasEnded() ? 1 : 0);
            put(position.next(), bytes);
        }
        bytes.asIntBuffer().put(block.tokens());
        return BlockFrame.finish(bytes);
    }

    private static void put(DatasetPosition position, ByteBuffer bytes) {
        bytes.putLong(position.shardOffset())
                .putLong(position.document())
                .putLong(position.token());
    }

    /**
     * Reads a token block.
     *
     * @throws CorruptBlockException when the bytes are not one
     */
    public static TokenBlock decode(byte[] bytes) {
        boolean isMixed = BlockFrame.isVersion(MIXED_VERSION, bytes);
        int version = isMixed ? MIXED_VERSION : VERSION;
        ByteBuffer block = BlockFrame.open(MAGIC, version, HEADER_LENGTH, bytes);
        try {
            int contextLength = block.getInt();
            long sequence = block.getLong();
            DatasetPosition next = position(block);
            int contexts = block.getInt();
            int reserved = block.getInt();
            int datasets = isMixed ? reserved : 0;
            if (isMixed && datasets < 1) {
                throw new CorruptBlockException(
                        "block of mixed datasets without any: datasets=" + datasets);
            }
            BlockFrame.expectPayload(
                    BlockFrame.bytes(datasets, MIXED_POSITION_LENGTH, 1)
                            + BlockFrame.bytes(contexts, contextLength, Integer.BYTES),
                    block);
            List<MixedPosition> positions = positions(datasets, block);
            int[] tokens = new int[contexts * contextLength];
            block.asIntBuffer().get(tokens);
            return new TokenBlock(sequence, contextLength, tokens, next, positions);
        } catch (IllegalArgumentException e) {
            throw new CorruptBlockException(e.getMessage());
        }
    }

    private static DatasetPosition position(ByteBuffer block) {
        return new DatasetPosition(block.getLong(), block.getLong(), block.getLong());
    }

    private static List<MixedPosition> positions(int datasets, ByteBuffer block) {
        List<MixedPosition> positions = new ArrayList<>();
        for (int i = 0; i < datasets; i++) {
            long contexts = block.getLong();
            boolean hasEnded = block.getLong() != 0;
            positions.add(new MixedPosition(contexts, hasEnded, position(block)));
        }
        return positions;
    }
}
