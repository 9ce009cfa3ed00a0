package org.lexicographer.activation.stage;

import java.nio.FloatBuffer;
import java.util.List;
import org.lexicographer.pipeline.block.CorruptBlockException;
import org.lexicographer.pipeline.block.ResidualBlock;
import org.lexicographer.pipeline.block.ResidualBlockFormat;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;

/** One block as a stage takes it. */
public sealed interface StageInput {

    /** Returns the block's number. */
    long sequence();

    /** Returns the tokens per context, T. */
    int contextLength();

    /** Returns the token ids, context after context, (B * T); none in the block that ends all. */
    int[] tokens();

    /** Tells whether this block ends the stream. */
    default boolean endsStream() {
        return tokens().length == 0;
    }

    /** What the first stage takes. */
    record Tokens(long sequence, int contextLength, int[] tokens) implements StageInput {

        /** Takes the tokens of a block. */
        public static Tokens of(TokenBlock block) {
            return new Tokens(block.sequence(), block.contextLength(), block.tokens());
        }

        /**
         * Reads a token block.
         *
         * @throws CorruptBlockException when the bytes are not one
         */
        public static Tokens read(byte[] record) {
            return of(TokenBlockFormat.decode(record));
        }
    }

    /**
     * What every further stage takes.
     *
     * @param stream the residual stream, row after row, (N, D), from index 0 to the limit
     */
    record Residuals(long sequence, int contextLength, int[] tokens, FloatBuffer stream)
            implements StageInput {

        /**
         * Reads the parts of a residual block, in their order.
         *
         * @throws CorruptBlockException when they are not all parts of one
         */
        public static Residuals read(List<byte[]> records) {
            List<ResidualBlock> parts = records.stream().map(ResidualBlockFormat::decode).toList();
            ResidualBlock first = parts.getFirst();
            int rows = parts.stream().mapToInt(ResidualBlock::rows).sum();
            int[] tokens = new int[rows];
            FloatBuffer stream =
                    FloatBuffer.allocate(Math.multiplyExact(rows, first.activationDim()));
            for (int i = 0; i < parts.size(); i++) {
                ResidualBlock part = parts.get(i);
                check(part, i, first, parts.size());
                System.arraycopy(
                        part.tokens(),
                        0,
                        tokens,
                        stream.position() / first.activationDim(),
                        part.rows());
                stream.put(part.values().asFloatBuffer());
            }
            if (rows % first.contextLength() != 0) {
                throw new CorruptBlockException(
                        "residual block not made of whole contexts: contextLength=%d, rows=%d"
                                .formatted(first.contextLength(), rows));
            }
            return new Residuals(first.sequence(), first.contextLength(), tokens, stream.flip());
        }

        private static void check(ResidualBlock part, int number, ResidualBlock first, int parts) {
            if (part.sequence() != first.sequence()
                    || part.part() != number
                    || part.parts() != parts
                    || part.contextLength() != first.contextLength()
                    || part.activationDim() != first.activationDim()) {
                throw new CorruptBlockException(
                        "not part %d of %d of residual block %d: sequence=%d, part=%d, parts=%d"
                                .formatted(
                                        number,
                                        parts,
                                        first.sequence(),
                                        part.sequence(),
                                        part.part(),
                                        part.parts()));
            }
        }
    }
}
