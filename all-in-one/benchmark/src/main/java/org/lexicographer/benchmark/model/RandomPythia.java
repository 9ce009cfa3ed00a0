package org.lexicographer.benchmark.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/** A model of Pythia-70m's shape (Biderman et al., 2023) with random weights. */
final class RandomPythia {

    static final int VOCABULARY = 50_304;

    private static final long DIM = 512;
    private static final long NEURONS = 2_048;
    private static final int LAYERS = 6;
    private static final double DEVIATION = 0.02;

    private static final String CONFIG =
            """
            {
              "architectures": ["GPTNeoXForCausalLM"],
              "model_type": "gpt_neox",
              "hidden_size": 512,
              "intermediate_size": 2048,
              "num_attention_heads": 8,
              "num_hidden_layers": 6,
              "vocab_size": 50304,
              "max_position_embeddings": 2048,
              "rotary_pct": 0.25,
              "rotary_emb_base": 10000,
              "hidden_act": "gelu",
              "layer_norm_eps": 1e-05,
              "use_parallel_residual": true,
              "tie_word_embeddings": false,
              "bos_token_id": 0,
              "eos_token_id": 0
            }
            """;

    private final SplittableRandom random = new SplittableRandom(70);
    private final SafetensorsWriter tensors = new SafetensorsWriter();

    private RandomPythia() {}

    static void write(Path folder) throws IOException {
        RandomPythia model = new RandomPythia();
        model.draw();
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
            model.tensors.writeTo(out);
        }
        Files.writeString(folder.resolve("config.json"), CONFIG);
    }

    private void draw() {
        weight("gpt_neox.embed_in.weight", VOCABULARY, DIM);
        weight("embed_out.weight", VOCABULARY, DIM);
        norm("gpt_neox.final_layer_norm");
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "gpt_neox.layers.%d.".formatted(layer);
            norm(prefix + "input_layernorm");
            norm(prefix + "post_attention_layernorm");
            linear(prefix + "attention.query_key_value", 3 * DIM, DIM);
            linear(prefix + "attention.dense", DIM, DIM);
            linear(prefix + "mlp.dense_h_to_4h", NEURONS, DIM);
            linear(prefix + "mlp.dense_4h_to_h", DIM, NEURONS);
        }
    }

    private void linear(String name, long out, long in) {
        weight(name + ".weight", out, in);
        tensors.addFloats(name + ".bias", List.of(out), new float[(int) out]);
    }

    private void weight(String name, long out, long in) {
        float[] values = new float[Math.toIntExact(out * in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (DEVIATION * random.nextGaussian());
        }
        tensors.addFloats(name, List.of(out, in), values);
    }

    private void norm(String name) {
        float[] ones = new float[(int) DIM];
        Arrays.fill(ones, 1);
        tensors.addFloats(name + ".weight", List.of(DIM), ones);
        tensors.addFloats(name + ".bias", List.of(DIM), new float[(int) DIM]);
    }
}
