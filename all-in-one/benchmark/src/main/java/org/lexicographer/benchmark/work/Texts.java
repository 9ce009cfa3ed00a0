package org.lexicographer.benchmark.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A language model and what it reads.
 *
 * @param folder the model's folder; {@value #TOKENS} in it holds token ids, int32, little-endian
 * @param contexts how many contexts are read, B
 * @param contextLength tokens of each, T
 */
public record Texts(String folder, int contexts, int contextLength) {

    /** The file of token ids. */
    public static final String TOKENS = "benchmark-tokens.bin";

    /** Returns how many tokens are read. */
    public int tokens() {
        return contexts * contextLength;
    }

    /** Returns the model's folder. */
    public Path path() {
        return Path.of(folder);
    }

    /** Returns the token ids, context after context, (B * T). */
    public int[] read() {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path().resolve(TOKENS)));
            int[] tokens = new int[tokens()];
            bytes.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(tokens);
            return tokens;
        } catch (IOException e) {
            throw new UncheckedIOException("tokens cannot be read: folder=" + folder, e);
        }
    }
}
