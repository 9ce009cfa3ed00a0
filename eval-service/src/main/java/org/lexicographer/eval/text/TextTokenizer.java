package org.lexicographer.eval.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.pipeline.Json;

/** Turns documents into contexts of a language model's tokens. */
final class TextTokenizer implements AutoCloseable {

    private static final String FILE = "tokenizer.json";
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
     * @throws UnusableInputException when the folder has none
     */
    static TextTokenizer load(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            throw new UnusableInputException("tokenizer missing: file=" + file);
        }
        try {
            return new TextTokenizer(
                    HuggingFaceTokenizer.newInstance(file, WHOLE_TEXTS), endOfText(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("tokenizer not readable: file=" + file, e);
        }
    }

    private static int endOfText(Path folder) throws IOException {
        return Json.tree(Files.readAllBytes(folder.resolve("config.json")))
                .path("eos_token_id")
                .asInt();
    }

    ContextPacker pack(List<String> documents, int contextLength) {
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
