package org.lexicographer.tokenizer.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.OptionalInt;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;

/** One token per byte; token 0 ends a document, and token 257 begins one. */
public final class ByteTokenizer implements Tokenizer {

    private static final int BEGIN = 257;

    @Override
    public int[] encode(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        int[] tokens = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            tokens[i] = 1 + Byte.toUnsignedInt(bytes[i]);
        }
        return tokens;
    }

    @Override
    public int endOfText() {
        return 0;
    }

    @Override
    public OptionalInt beginOfText() {
        return OptionalInt.of(BEGIN);
    }

    @Override
    public int[] addedInFront() {
        return new int[] {BEGIN};
    }

    @Override
    public void close() {}

    /** Returns the text of tokens, with {@code |} for the end of a document, ^ for its start. */
    public static String text(int... tokens) {
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(token == 0 ? '|' : token == BEGIN ? '^' : (char) (token - 1));
        }
        return text.toString();
    }
}
