package org.lexicographer.languagemodel.family;

import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.GatedDecoder;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Biases;
import org.lexicographer.languagemodel.architecture.GatedDecoder.LayerAttention;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Norms;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Vocabulary;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.config.HeadCounts;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.config.RotarySettings;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.layer.ActivationFunction;
import org.lexicographer.languagemodel.layer.RmsNorm;

/**
 * Mistral (<a href="https://arxiv.org/abs/2310.06825">Jiang et al. 2023</a>): all layers look
 * through one window; {@code null} means none.
 */
final class Mistral {

    private static final int DEFAULT_KEY_HEADS = 8;
    private static final int DEFAULT_WINDOW = 4096;

    private Mistral() {}

    static Architecture of(ModelConfig config) {
        int allHeads = config.size("num_attention_heads");
        int headDim = config.size("hidden_size") / allHeads;
        HeadCounts heads = HeadCounts.read(config, allHeads, DEFAULT_KEY_HEADS, headDim);
        ModelSize size = GatedDecoder.size(config, heads);
        LayerAttention attention =
                new LayerAttention(
                        RotarySettings.of(config, size.contextLimit()).whole(heads.headDim()),
                        new AttentionRule(heads.scale(), window(config), Optional.empty()));
        return new GatedDecoder(
                size,
                heads,
                Collections.nCopies(size.layers(), attention),
                config.activation("hidden_act").orElse(ActivationFunction.SILU),
                Biases.NONE,
                new Norms(new RmsNorm.Scale(0, config.epsilon("rms_norm_eps", 1e-6)), false, false),
                Vocabulary.plain(config.flag("tie_word_embeddings").orElse(false)),
                GatedDecoder.BUFFERS);
    }

    private static int window(ModelConfig config) {
        OptionalInt window = config.optionalSize("sliding_window");
        int unsaid = config.says("sliding_window") ? AttentionRule.UNBOUNDED : DEFAULT_WINDOW;
        return window.orElse(unsaid);
    }
}
