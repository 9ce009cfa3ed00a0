package org.lexicographer.pipeline.block;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lexicographer.pipeline.run.RunSpec.ActivationType;

/**
 * The activations of one token block at one site, or a part of them that fits a record. Rows of
 * tokens that the run does not train on are left out and counted. A block that neither has nor
 * leaves out rows ends the stream.
 *
 * @param sequence the number of the token block
 * @param part which part of the block this is, from 0
 * @param parts the number of parts of the block
 * @param excluded the number of rows of the whole token block that are left out; 0 in all parts but
 *     the first
 * @param activationDim values per row, D
 * @param type the number format of the values
 * @param values the values, row after row, (rows, D), little-endian, position 0
 */
public record ActivationBlock(
        long sequence,
        int part,
        int parts,
        int excluded,
        int activationDim,
        ActivationType type,
        ByteBuffer values) {

    /** Checks that the values are whole rows; takes the buffer as it is. */
    public ActivationBlock {
        requireNonNull(type, "type is null");
        values = values.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (sequence < 0 || part < 0 || part >= parts || excluded < 0 || activationDim < 1) {
            throw new IllegalArgumentException(
                    "activation block out of range:"
                            + " sequence=%d, part=%d, parts=%d, excluded=%d, activationDim=%d"
                                    .formatted(sequence, part, parts, excluded, activationDim));
        }
        if (values.remaining() % ((long) activationDim * type.bytes()) != 0) {
            throw new IllegalArgumentException(
                    "activation block not made of whole rows: bytes=%d, activationDim=%d, type=%s"
                            .formatted(values.remaining(), activationDim, type));
        }
    }

    /** Returns the block that ends the stream. */
    public static ActivationBlock end(long sequence, int activationDim, ActivationType type) {
        return new ActivationBlock(sequence, 0, 1, 0, activationDim, type, ByteBuffer.allocate(0));
    }

    /** Returns the number of rows in this part. */
    public int rows() {
        return values.capacity() / (activationDim * type.bytes());
    }

    /** Tells whether this block ends the stream. */
    public boolean endsStream() {
        return values.capacity() == 0 && excluded == 0;
    }

    /** Copies all values, widened to float32, into {@code target} from {@code offset} on. */
    public void copyTo(float[] target, int offset) {
        switch (type) {
            case FLOAT32 -> values.asFloatBuffer().get(0, target, offset, rows() * activationDim);
            case FLOAT16, BFLOAT16 -> {
                for (int i = 0; i < rows() * activationDim; i++) {
                    target[offset + i] = type.value(values.getShort(2 * i));
                }
            }
        }
    }
}
