package org.lexicographer.pipeline.block;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The residual stream of one token block between two stages, or a part of it that fits a record,
 * with all that the next stage needs of the token block. A block without rows ends the stream.
 *
 * @param sequence the number of the token block
 * @param part which part of the block this is, from 0
 * @param parts the number of parts of the block
 * @param contextLength tokens per context, T
 * @param activationDim values per row, D
 * @param tokens the token ids of the rows of this part, (rows)
 * @param values the residual stream, row after row, (rows, D), little-endian float32, position 0
 */
public record ResidualBlock(
        long sequence,
        int part,
        int parts,
        int contextLength,
        int activationDim,
        int[] tokens,
        ByteBuffer values) {

    /** Checks that the values are those of the tokens' rows; takes array and buffer as they are. */
    public ResidualBlock {
        requireNonNull(tokens, "tokens is null");
        values = values.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (sequence < 0 || part < 0 || part >= parts || contextLength < 1 || activationDim < 1) {
            throw new IllegalArgumentException(
                    "residual block out of range:"
                            + " sequence=%d, part=%d, parts=%d, contextLength=%d, activationDim=%d"
                                    .formatted(
                                            sequence, part, parts, contextLength, activationDim));
        }
        if (values.remaining() != (long) tokens.length * activationDim * Float.BYTES) {
            throw new IllegalArgumentException(
                    "residual block not made of whole rows: bytes=%d, activationDim=%d, rows=%d"
                            .formatted(values.remaining(), activationDim, tokens.length));
        }
    }

    /** Returns the block that ends the stream. */
    public static ResidualBlock end(long sequence, int contextLength, int activationDim) {
        return new ResidualBlock(
                sequence, 0, 1, contextLength, activationDim, new int[0], ByteBuffer.allocate(0));
    }

    /** Returns the number of rows in this part. */
    public int rows() {
        return tokens.length;
    }

    /** Tells whether this block ends the stream. */
    public boolean endsStream() {
        return tokens.length == 0;
    }
}
