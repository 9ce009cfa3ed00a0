package org.lexicographer.languagemodel.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;

/**
 * The tokenizer of a {@code tokenizer.json}, without the special tokens that its template would
 * add, without truncation and without padding, whatever the file says of them.
 *
 * <p>Ids are asked for by themselves: DJL's own encoding also fetches the text, the place and the
 * word of every token, which takes most of its time and memory.
 */
public final class HuggingFaceTextTokenizer implements Tokenizer {

    private static final String TOKENIZER = "tokenizer.json";
    private static final String PROBE = "a";
    private static final Map<String, String> PLAIN =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final long handle;
    private final ModelFiles files;

    private HuggingFaceTextTokenizer(HuggingFaceTokenizer tokenizer, ModelFiles files) {
        this.tokenizer = tokenizer;
        this.handle = tokenizer.getHandle();
        this.files = files;
    }

    /** Loads the native library, once; throws when this machine cannot. */
    public static void loadNatives() {
        LibUtils.checkStatus();
    }

    /**
     * Loads the tokenizer of a folder.
     *
     * @throws InvalidModelException when the folder has no usable tokenizer
     */
    public static HuggingFaceTextTokenizer load(ModelFiles files) {
        String file = files.nameOf(TOKENIZER);
        byte[] json =
                files.file(TOKENIZER)
                        .orElseThrow(
                                () ->
                                        new InvalidModelException(
                                                "model folder has no tokenizer: expected=" + file));
        return new HuggingFaceTextTokenizer(read(json, file), files);
    }

    private static HuggingFaceTokenizer read(byte[] json, String file) {
        try {
            TokenizerFile.check(json);
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN);
        } catch (IOException | RuntimeException e) {
            throw notUsable(e, file);
        }
    }

    @Override
    public int[] encode(String text) {
        return encode(text, false);
    }

    private int[] encode(String text, boolean withAddedTokens) {
        TokenizersLibrary library = TokenizersLibrary.LIB;
        long encoding = asked(() -> library.encode(handle, text, withAddedTokens));
        try {
            return narrow(library.getTokenIds(encoding));
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    /** DJL throws RuntimeException for whatever its native part refuses. */
    private <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            throw notUsable(e, files.nameOf(TOKENIZER));
        }
    }

    private static InvalidModelException notUsable(Exception cause, String file) {
        return new InvalidModelException(
                "tokenizer.json not usable: reason=%s, file=%s".formatted(cause.getMessage(), file),
                cause);
    }

    private static int[] narrow(long[] ids) {
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            narrow[i] = (int) ids[i];
        }
        return narrow;
    }

    /**
     * Returns the text of one token, empty when there is no such token. A token that is a part of a
     * character reads as the replacement character.
     */
    public String text(int id) {
        return asked(() -> tokenizer.decode(new long[] {id}, false));
    }

    @Override
    public int endOfText() {
        return new EndOfText(files).idIn(this);
    }

    @Override
    public OptionalInt beginOfText() {
        return SpecialTokens.beginOfText(files);
    }

    @Override
    public int[] addedInFront() {
        int[] plain = encode(PROBE);
        int[] whole = encode(PROBE, true);
        for (int front = 0; front + plain.length <= whole.length; front++) {
            if (Arrays.equals(whole, front, front + plain.length, plain, 0, plain.length)) {
                return Arrays.copyOf(whole, front);
            }
        }
        throw new InvalidModelException(
                "tokenizer does not keep the tokens of a text together: text=%s, alone=%s, whole=%s"
                        .formatted(PROBE, Arrays.toString(plain), Arrays.toString(whole)));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
