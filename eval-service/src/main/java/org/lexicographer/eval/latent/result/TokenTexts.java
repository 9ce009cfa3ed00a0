package org.lexicographer.eval.latent.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.function.IntFunction;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.eval.latent.column.IntColumn;

/**
 * The texts of tokens, with their white space.
 *
 * @param ids the tokens' numbers in the vocabulary, rising
 * @param texts their texts
 */
public record TokenTexts(int[] ids, String[] texts) {

    private static final String PREFIX = "tokens.";

    /** Looks up the texts of tokens. */
    public static TokenTexts of(SortedSet<Integer> ids, IntFunction<String> words) {
        int[] all = ids.stream().mapToInt(Integer::intValue).toArray();
        return new TokenTexts(all, Arrays.stream(all).mapToObj(words).toArray(String[]::new));
    }

    /** Returns a token's text; that of a token that is not known names its number. */
    public String of(int id) {
        int at = Arrays.binarySearch(ids, id);
        return at < 0 ? "<%d>".formatted(id) : texts[at];
    }

    void write(ColumnsWriter out) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        IntColumn ends = new IntColumn();
        for (String text : texts) {
            bytes.writeBytes(text.getBytes(UTF_8));
            ends.add(bytes.size());
        }
        out.add(PREFIX + "ids", ids);
        out.add(PREFIX + "ends", ends);
        out.add(PREFIX + "texts", bytes.toByteArray());
    }

    static TokenTexts read(ColumnsReader in) {
        int[] ids = in.intArray(PREFIX + "ids");
        int[] ends = in.intArray(PREFIX + "ends");
        ByteBuffer bytes = in.bytes(PREFIX + "texts");
        String[] texts = new String[ids.length];
        for (int i = 0; i < ids.length; i++) {
            int start = i == 0 ? 0 : ends[i - 1];
            byte[] text = new byte[ends[i] - start];
            bytes.get(start, text);
            texts[i] = new String(text, UTF_8);
        }
        return new TokenTexts(ids, texts);
    }
}
