package org.lexicographer.languagemodel.family;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.languagemodel.attention.RotaryEmbedding;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.config.RotarySettings;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.languagemodel.forward.SiteWidths.BlockOrder;
import org.lexicographer.languagemodel.layer.ActivationFunction;

/**
 * What a GPT-NeoX {@code config.json} says, with the defaults that its absent keys stand for.
 *
 * @param size the dimensions
 * @param heads H, which divides D
 * @param function the MLP's nonlinearity
 * @param epsilon of the layer norms
 * @param rotary how queries and keys are rotated; empty when they are not
 * @param options which weights there are
 */
record GptNeoXConfig(
        ModelSize size,
        int heads,
        ActivationFunction function,
        float epsilon,
        Optional<RotaryEmbedding> rotary,
        Options options) {

    private static final double DEFAULT_FRACTION = 0.25;
    private static final double DEFAULT_EPSILON = 1e-5;

    /**
     * Which weights there are.
     *
     * @param attentionBias whether the attention's linear maps have biases
     * @param tiedEmbeddings whether the unembedding is the embedding
     */
    record Options(boolean attentionBias, boolean tiedEmbeddings) {}

    GptNeoXConfig {
        requireNonNull(size, "size is null");
        requireNonNull(function, "function is null");
        requireNonNull(rotary, "rotary is null");
        requireNonNull(options, "options is null");
    }

    static GptNeoXConfig of(ModelConfig config) {
        ModelSize size =
                new ModelSize(
                        config.layers("num_hidden_layers"),
                        widths(config),
                        config.size("vocab_size"),
                        config.size("max_position_embeddings"));
        int heads = config.divisor("num_attention_heads", "hidden_size");
        return new GptNeoXConfig(
                size,
                heads,
                config.activation("hidden_act").orElse(ActivationFunction.GELU),
                config.epsilon("layer_norm_eps", DEFAULT_EPSILON),
                RotarySettings.of(config, size.contextLimit())
                        .part(size.activationDim() / heads, DEFAULT_FRACTION),
                new Options(
                        config.flag("attention_bias").orElse(true),
                        config.flag("tie_word_embeddings").orElse(false)));
    }

    private static SiteWidths widths(ModelConfig config) {
        int dim = config.size("hidden_size");
        boolean parallel = config.flag("use_parallel_residual").orElse(true);
        return new SiteWidths(
                dim,
                dim,
                config.size("intermediate_size"),
                parallel ? BlockOrder.PARALLEL : BlockOrder.SEQUENTIAL);
    }
}
