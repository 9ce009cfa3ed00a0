package org.lexicographer.pipeline.dataset.fields;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;

/** Turns bytes into text and replaces nothing. */
public final class StrictUtf8 {

    private StrictUtf8() {}

    /**
     * Decodes all bytes; empty when they are not UTF-8, and then the buffer stands at the first
     * byte that is not.
     */
    public static Optional<String> decode(ByteBuffer bytes) {
        CharsetDecoder decoder = UTF_8.newDecoder();
        decoder.onMalformedInput(CodingErrorAction.REPORT);
        decoder.onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, text, true);
        return result.isError() ? Optional.empty() : Optional.of(text.flip().toString());
    }

    /** Returns the number of bytes of a byte order mark at the start. */
    public static int byteOrderMark(byte[] bytes, int length) {
        boolean marked =
                length >= 3
                        && bytes[0] == (byte) 0xef
                        && bytes[1] == (byte) 0xbb
                        && bytes[2] == (byte) 0xbf;
        return marked ? 3 : 0;
    }
}
