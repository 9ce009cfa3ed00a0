package org.lexicographer.allinone.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.lexicographer.objectstore.ObjectStore;

/** The demo's language model: a small GPT-NeoX that was trained on Java source. */
public final class DemoModel {

    /** Where the model lies in the bucket. */
    static final String PREFIX = "models/demo/";

    private static final List<String> FILES =
            List.of(
                    "README.md",
                    "config.json",
                    "generation_config.json",
                    "model.safetensors",
                    "tokenizer.json",
                    "tokenizer_config.json");

    private DemoModel() {}

    /** Puts the model's folder into the bucket; a file that is there already is left alone. */
    public static void upload(ObjectStore store) {
        for (String file : FILES) {
            if (store.stat(PREFIX + file).isEmpty()) {
                store.put(PREFIX + file, content(file));
            }
        }
    }

    private static byte[] content(String file) {
        try (InputStream content = DemoModel.class.getResourceAsStream("/demo-model/" + file)) {
            if (content == null) {
                throw new IllegalStateException("demo model is incomplete: missing=" + file);
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("demo model cannot be read: file=" + file, e);
        }
    }
}
