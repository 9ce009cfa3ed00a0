package org.lexicographer.languagemodel.family;

import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Biases;
import org.lexicographer.languagemodel.config.HeadCounts;
import org.lexicographer.languagemodel.config.ModelConfig;

/**
 * Qwen 3 (<a href="https://arxiv.org/abs/2505.09388">Yang et al. 2025</a>): norms of each query and
 * key in the place of biases; heads have a size of their own.
 */
final class Qwen3 {

    private static final int DEFAULT_HEAD_DIM = 128;

    private Qwen3() {}

    static Architecture of(ModelConfig config) {
        HeadCounts heads =
                HeadCounts.read(
                        config,
                        config.size("num_attention_heads"),
                        Qwen2.DEFAULT_KEY_HEADS,
                        DEFAULT_HEAD_DIM);
        boolean bias = config.flag("attention_bias").orElse(false);
        return Qwen2.decoder(config, heads, new Biases(bias, bias, false), true);
    }
}
