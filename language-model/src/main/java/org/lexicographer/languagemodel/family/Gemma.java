package org.lexicographer.languagemodel.family;

import java.util.Collections;
import java.util.Optional;
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
import org.lexicographer.languagemodel.layer.SoftCap;

/**
 * Gemma 1 (<a href="https://arxiv.org/abs/2403.08295">Gemma Team 2024</a>): embeddings are
 * multiplied by sqrt D, norms' weights added to one, embedding and unembedding tied.
 *
 * <p>Its first folders say {@code gelu} where they mean the approximation with tanh.
 */
final class Gemma {

    static final int DEFAULT_HEAD_DIM = 256;

    private static final int DEFAULT_KEY_HEADS = 16;

    private Gemma() {}

    static Architecture of(ModelConfig config) {
        HeadCounts heads =
                HeadCounts.read(
                        config,
                        config.size("num_attention_heads"),
                        DEFAULT_KEY_HEADS,
                        DEFAULT_HEAD_DIM);
        ModelSize size = GatedDecoder.size(config, heads);
        LayerAttention attention =
                new LayerAttention(
                        RotarySettings.of(config, size.contextLimit()).whole(heads.headDim()),
                        AttentionRule.full(heads.scale()));
        boolean tied = config.flag("tie_word_embeddings").orElse(true);
        return new GatedDecoder(
                size,
                heads,
                Collections.nCopies(size.layers(), attention),
                function(config),
                biases(config),
                new Norms(normScale(config), false, false),
                vocabulary(tied, size.activationDim(), Optional.empty()),
                GatedDecoder.BUFFERS);
    }

    private static ActivationFunction function(ModelConfig config) {
        boolean first = config.text("hidden_act").filter("gelu"::equals).isPresent();
        ActivationFunction said =
                config.activation("hidden_act").orElse(ActivationFunction.GELU_TANH);
        return agreed(
                config,
                first ? ActivationFunction.GELU_TANH : said,
                "hidden_act",
                "hidden_activation");
    }

    /**
     * Returns the nonlinearity, once more said under another key; two that differ are refused.
     *
     * @param key the one that transformers reads
     * @param other the one that other versions of it have read
     */
    static ActivationFunction agreed(
            ModelConfig config, ActivationFunction function, String key, String other) {
        Optional<ActivationFunction> elsewhere = config.activation(other);
        if (elsewhere.isPresent()
                && elsewhere.get() != function
                && meant(elsewhere.get()) != function) {
            throw config.invalid(other, "the same as " + key, elsewhere.get());
        }
        return function;
    }

    private static ActivationFunction meant(ActivationFunction said) {
        return said == ActivationFunction.GELU ? ActivationFunction.GELU_TANH : said;
    }

    static Biases biases(ModelConfig config) {
        boolean bias = config.flag("attention_bias").orElse(false);
        return new Biases(bias, bias, false);
    }

    static RmsNorm.Scale normScale(ModelConfig config) {
        return new RmsNorm.Scale(1, config.epsilon("rms_norm_eps", 1e-6));
    }

    /** In float32 the scale is not rounded to the type of the weights, as it is in bfloat16. */
    static Vocabulary vocabulary(boolean tied, int dim, Optional<SoftCap> softCap) {
        return new Vocabulary(tied, (float) Math.sqrt(dim), softCap);
    }
}
