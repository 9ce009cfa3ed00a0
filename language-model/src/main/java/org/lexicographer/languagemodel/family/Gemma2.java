package org.lexicographer.languagemodel.family;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.GatedDecoder;
import org.lexicographer.languagemodel.architecture.GatedDecoder.LayerAttention;
import org.lexicographer.languagemodel.architecture.GatedDecoder.Norms;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.attention.RotaryEmbedding;
import org.lexicographer.languagemodel.config.HeadCounts;
import org.lexicographer.languagemodel.config.LayerWindows;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.config.RotarySettings;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.layer.ActivationFunction;
import org.lexicographer.languagemodel.layer.SoftCap;

/**
 * Gemma 2 (<a href="https://arxiv.org/abs/2408.00118">Gemma Team 2024</a>): soft caps on scores and
 * logits, norms before and after each module, every other layer with a window.
 */
final class Gemma2 {

    static final int DEFAULT_KEY_HEADS = 4;
    static final double DEFAULT_QUERY_SCALAR = 256;
    static final int DEFAULT_WINDOW = 4096;

    private static final double DEFAULT_SCORE_CAP = 50;
    private static final double DEFAULT_LOGIT_CAP = 30;

    private Gemma2() {}

    static Architecture of(ModelConfig config) {
        HeadCounts heads =
                HeadCounts.read(
                        config,
                        config.size("num_attention_heads"),
                        DEFAULT_KEY_HEADS,
                        Gemma.DEFAULT_HEAD_DIM);
        ModelSize size = GatedDecoder.size(config, heads);
        boolean tied = config.flag("tie_word_embeddings").orElse(true);
        Optional<SoftCap> logitCap =
                softCap(config, "final_logit_softcapping", Optional.of(DEFAULT_LOGIT_CAP));
        return new GatedDecoder(
                size,
                heads,
                attention(config, size, heads),
                function(config),
                Gemma.biases(config),
                new Norms(Gemma.normScale(config), false, true),
                Gemma.vocabulary(tied, size.activationDim(), logitCap),
                GatedDecoder.BUFFERS);
    }

    private static List<LayerAttention> attention(
            ModelConfig config, ModelSize size, HeadCounts heads) {
        RotaryEmbedding rotary =
                RotarySettings.of(config, size.contextLimit()).whole(heads.headDim());
        Optional<SoftCap> cap =
                softCap(config, "attn_logit_softcapping", Optional.of(DEFAULT_SCORE_CAP));
        double scale = scale(config);
        return LayerWindows.read(config, size.layers(), window(config), layer -> layer % 2 == 0)
                .stream()
                .map(window -> new AttentionRule(scale, window, cap))
                .map(rule -> new LayerAttention(rotary, rule))
                .toList();
    }

    /** Reads the nonlinearity, which is meant as it is said, other than in Gemma 1. */
    static ActivationFunction function(ModelConfig config) {
        ActivationFunction said =
                config.activation("hidden_activation").orElse(ActivationFunction.GELU_TANH);
        return Gemma.agreed(config, said, "hidden_activation", "hidden_act");
    }

    /** Reads the window; where another key says it too, the two must agree. */
    static OptionalInt window(ModelConfig config) {
        boolean absent = !config.says("sliding_window");
        OptionalInt said = config.optionalSize("sliding_window");
        OptionalInt window = absent ? OptionalInt.of(DEFAULT_WINDOW) : said;
        OptionalInt again = config.optionalSize("sliding_window_size");
        if (again.isPresent() && !again.equals(window)) {
            throw config.invalid(
                    "sliding_window_size", "the same as sliding_window", again.getAsInt());
        }
        return window;
    }

    /** Returns what queries' products with keys are multiplied by, 1 / sqrt of a setting. */
    static double scale(ModelConfig config) {
        return 1 / Math.sqrt(config.positive("query_pre_attn_scalar").orElse(DEFAULT_QUERY_SCALAR));
    }

    /** Reads a bound; {@code null} means none. */
    static Optional<SoftCap> softCap(ModelConfig config, String key, Optional<Double> whenAbsent) {
        Optional<Double> said = config.positive(key);
        return (config.says(key) ? said : whenAbsent).map(SoftCap::new);
    }
}
