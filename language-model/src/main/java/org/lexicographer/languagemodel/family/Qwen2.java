package org.lexicographer.languagemodel.family;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.GatedDecoder;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Biases;
import org.lexicographer.languagemodel.architecture.GatedDecoder.LayerAttention;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Norms;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Vocabulary;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.attention.RotaryEmbedding;
import org.lexicographer.languagemodel.config.HeadCounts;
import org.lexicographer.languagemodel.config.LayerWindows;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.config.RotarySettings;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.layer.ActivationFunction;
import org.lexicographer.languagemodel.layer.RmsNorm;

/**
 * Qwen 2 and 2.5 (<a href="https://arxiv.org/abs/2407.10671">Yang et al. 2024</a>): biases for
 * queries, keys and values; upper layers may look through a window, where it is switched on.
 */
final class Qwen2 {

    static final int DEFAULT_KEY_HEADS = 32;

    private static final int DEFAULT_WINDOW = 4096;
    private static final int DEFAULT_FULL_LAYERS = 28;

    private Qwen2() {}

    static Architecture of(ModelConfig config) {
        int allHeads = config.size("num_attention_heads");
        int headDim = config.size("hidden_size") / allHeads;
        HeadCounts heads = HeadCounts.read(config, allHeads, DEFAULT_KEY_HEADS, headDim);
        return decoder(config, heads, new Biases(true, false, false), false);
    }

    /** What Qwen 2 and 3 have in common. */
    static Architecture decoder(
            ModelConfig config, HeadCounts heads, Biases biases, boolean headNorms) {
        ModelSize size = GatedDecoder.size(config, heads);
        RmsNorm.Scale scale = new RmsNorm.Scale(0, config.epsilon("rms_norm_eps", 1e-6));
        return new GatedDecoder(
                size,
                heads,
                attention(config, size, heads),
                config.activation("hidden_act").orElse(ActivationFunction.SILU),
                biases,
                new Norms(scale, headNorms, false),
                Vocabulary.plain(config.flag("tie_word_embeddings").orElse(false)),
                GatedDecoder.BUFFERS);
    }

    private static List<LayerAttention> attention(
            ModelConfig config, ModelSize size, HeadCounts heads) {
        RotaryEmbedding rotary =
                RotarySettings.of(config, size.contextLimit()).whole(heads.headDim());
        OptionalInt window = window(config);
        int fullLayers = config.optionalCount("max_window_layers").orElse(DEFAULT_FULL_LAYERS);
        return LayerWindows.read(
                        config,
                        size.layers(),
                        window,
                        layer -> window.isPresent() && layer >= fullLayers)
                .stream()
                .map(w -> new AttentionRule(heads.scale(), w, Optional.empty()))
                .map(rule -> new LayerAttention(rotary, rule))
                .toList();
    }

    private static OptionalInt window(ModelConfig config) {
        boolean absent = !config.says("sliding_window");
        OptionalInt window = config.optionalSize("sliding_window");
        if (!config.flag("use_sliding_window").orElse(false)) {
            return OptionalInt.empty();
        }
        return absent ? OptionalInt.of(DEFAULT_WINDOW) : window;
    }
}
