package org.lexicographer.eval.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.pipeline.Json;

/** Turns documents into contexts of a language model's tokens. */
public final class TextTokenizer implements AutoCloseable {

    private static final Map<String, String> WHOLE_TEXTS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final int endOfText;

    private TextTokenizer(HuggingFaceTokenizer tokenizer, int endOfText) {
        this.tokenizer = tokenizer;
        this.endOfText = endOfText;
    }

    /**
     * Loads the tokenizer of a model folder.
     *
     * @throws UnusableInputException when the folder has none that can be used
     */
    public static TextTokenizer load(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            throw new UnusableInputException("tokenizer missing: file=" + file);
        }
        HuggingFaceTokenizer tokenizer = read(file);
        try {
            return new TextTokenizer(tokenizer, endOfText(folder, tokenizer));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** DJL throws RuntimeException for whatever its native part refuses. */
    private static HuggingFaceTokenizer read(Path file) {
        try {
            return HuggingFaceTokenizer.newInstance(file, WHOLE_TEXTS);
        } catch (IOException | RuntimeException e) {
            throw new UnusableInputException(
                    "tokenizer not usable: reason=%s, file=%s".formatted(e.getMessage(), file), e);
        }
    }

    /**
     * The rule of training: {@code eos_token} of {@code tokenizer_config.json}, or else {@code
     * eos_token_id} of {@code config.json}, the first where there are several.
     */
    private static int endOfText(Path folder, HuggingFaceTokenizer tokenizer) {
        JsonNode token = json(folder.resolve("tokenizer_config.json")).path("eos_token");
        JsonNode text = token.isObject() ? token.path("content") : token;
        if (text.isTextual()) {
            return onlyToken(text.textValue(), tokenizer);
        }
        JsonNode id = json(folder.resolve("config.json")).path("eos_token_id");
        JsonNode first = id.isArray() ? id.path(0) : id;
        if (!first.isIntegralNumber()) {
            throw new UnusableInputException(
                    "no end-of-text token: expected=eos_token or eos_token_id, folder=" + folder);
        }
        return first.intValue();
    }

    private static int onlyToken(String text, HuggingFaceTokenizer tokenizer) {
        long[] ids = tokenizer.encode(text, false, false).getIds();
        if (ids.length != 1) {
            throw new UnusableInputException(
                    "end-of-text token is not one token: token=%s, tokens=%d"
                            .formatted(text, ids.length));
        }
        return Math.toIntExact(ids[0]);
    }

    private static JsonNode json(Path file) {
        try {
            return Files.exists(file)
                    ? Json.tree(Files.readAllBytes(file))
                    : MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException("model file not readable: file=" + file, e);
        }
    }

    public ContextPacker pack(List<String> documents, int contextLength) {
        ContextPacker packer = new ContextPacker(contextLength, endOfText);
        for (String document : documents) {
            packer.add(tokenizer.encode(document, false, false).getIds());
        }
        return packer;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
