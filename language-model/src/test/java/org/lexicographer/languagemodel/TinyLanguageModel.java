package org.lexicographer.languagemodel;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/**
 * Writes a small random GPT-NeoX model in the layout of Hugging Face, for tests: {@code
 * TinyLanguageModel.standard().writeTo(folder)}. It has no tokenizer. The same settings give the
 * same bytes.
 *
 * @param layers L
 * @param activationDim D
 * @param heads H, which divides D
 * @param vocabularySize V
 * @param contextLimit the longest context in tokens
 * @param seed of the weights
 */
public record TinyLanguageModel(
        int layers, int activationDim, int heads, int vocabularySize, int contextLimit, long seed) {

    /** Large enough that every part of the model matters to its output. */
    private static final double DEVIATION = 0.3;

    /** Returns a model of 2 layers, 16 wide, with 50 tokens and contexts of up to 32. */
    public static TinyLanguageModel standard() {
        return new TinyLanguageModel(2, 16, 2, 50, 32, 1);
    }

    /** Writes {@code config.json} and {@code model.safetensors}; returns the folder. */
    public Path writeTo(Path folder) {
        return writeTo(folder, Map.of());
    }

    /** As {@link #writeTo(Path)}, with other or further JSON values in {@code config.json}. */
    public Path writeTo(Path folder, Map<String, String> jsonValues) {
        Map<String, String> config = config();
        config.putAll(jsonValues);
        boolean tied = config.getOrDefault("tie_word_embeddings", "false").equals("true");
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), json(config));
            try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
                weights(tied).writeTo(out);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> config() {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("model_type", "\"gpt_neox\"");
        config.put("num_hidden_layers", "" + layers);
        config.put("hidden_size", "" + activationDim);
        config.put("num_attention_heads", "" + heads);
        config.put("intermediate_size", "" + 4 * activationDim);
        config.put("vocab_size", "" + vocabularySize);
        config.put("max_position_embeddings", "" + contextLimit);
        config.put("hidden_act", "\"gelu\"");
        config.put("rotary_pct", "0.25");
        config.put("rotary_emb_base", "10000");
        return config;
    }

    private static String json(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> "\"%s\": %s".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",\n  ", "{\n  ", "\n}\n"));
    }

    private SafetensorsWriter weights(boolean tied) {
        long dim = activationDim;
        Random random = new Random(seed);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        add(writer, random, "gpt_neox.embed_in.weight", vocabularySize, dim);
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "gpt_neox.layers." + layer;
            addNorm(writer, random, prefix + ".input_layernorm");
            addNorm(writer, random, prefix + ".post_attention_layernorm");
            addLinear(writer, random, prefix + ".attention.query_key_value", 3 * dim, dim);
            addLinear(writer, random, prefix + ".attention.dense", dim, dim);
            addLinear(writer, random, prefix + ".mlp.dense_h_to_4h", 4 * dim, dim);
            addLinear(writer, random, prefix + ".mlp.dense_4h_to_h", dim, 4 * dim);
        }
        addNorm(writer, random, "gpt_neox.final_layer_norm");
        if (!tied) {
            add(writer, random, "embed_out.weight", vocabularySize, dim);
        }
        return writer;
    }

    private void addNorm(SafetensorsWriter writer, Random random, String prefix) {
        add(writer, random, prefix + ".weight", activationDim);
        add(writer, random, prefix + ".bias", activationDim);
    }

    private static void addLinear(
            SafetensorsWriter writer, Random random, String prefix, long out, long in) {
        add(writer, random, prefix + ".weight", out, in);
        add(writer, random, prefix + ".bias", out);
    }

    private static void add(
            SafetensorsWriter writer, Random random, String name, long... dimensions) {
        List<Long> shape = new ArrayList<>();
        int size = 1;
        for (long dimension : dimensions) {
            shape.add(dimension);
            size *= (int) dimension;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (DEVIATION * random.nextGaussian());
        }
        writer.addFloats(name, shape, values);
    }
}
