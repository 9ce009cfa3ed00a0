package org.lexicographer.pipeline.block;

import java.nio.ByteBuffer;

/**
 * The layout of a token block, version 1, little-endian:
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
 */
public final class TokenBlockFormat {

    /** The version that is written. */
    public static final int VERSION = 1;

    /** The number of bytes before the token ids. */
    public static final int HEADER_LENGTH = 56;

    private static final int MAGIC = 0x4254584c;

    private TokenBlockFormat() {}

    /** Writes a token block. */
    public static byte[] encode(TokenBlock block) {
        int size = Math.addExact(HEADER_LENGTH, Math.multiplyExact(4, block.tokens().length));
        ByteBuffer bytes = BlockFrame.start(MAGIC, VERSION, size);
        bytes.putInt(block.contextLength()).putLong(block.sequence());
        bytes.putLong(block.next().shardOffset());
        bytes.putLong(block.next().document()).putLong(block.next().token());
        bytes.putInt(block.contexts()).putInt(0);
        bytes.asIntBuffer().put(block.tokens());
        return BlockFrame.finish(bytes);
    }

    /**
     * Reads a token block.
     *
     * @throws CorruptBlockException when the bytes are not one
     */
    public static TokenBlock decode(byte[] bytes) {
        ByteBuffer block = BlockFrame.open(MAGIC, VERSION, HEADER_LENGTH, bytes);
        int contextLength = block.getInt();
        long sequence = block.getLong();
        long shardOffset = block.getLong();
        long document = block.getLong();
        long token = block.getLong();
        int contexts = block.getInt();
        block.getInt();
        BlockFrame.expectPayload(4L * contexts * contextLength, block);
        int[] tokens = new int[contexts * contextLength];
        block.asIntBuffer().get(tokens);
        try {
            DatasetPosition next = new DatasetPosition(shardOffset, document, token);
            return new TokenBlock(sequence, contextLength, tokens, next);
        } catch (IllegalArgumentException e) {
            throw new CorruptBlockException(e.getMessage());
        }
    }
}
