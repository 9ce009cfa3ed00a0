package org.lexicographer.languagemodel.family;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.languagemodel.forward.SiteWidths.BlockOrder;
import org.lexicographer.languagemodel.layer.ActivationFunction;
import org.lexicographer.languagemodel.layer.RotaryEmbedding;

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
    private static final double DEFAULT_BASE = 10_000;
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
                        config.size("num_hidden_layers"),
                        widths(config),
                        config.size("vocab_size"),
                        config.size("max_position_embeddings"));
        int heads = config.size("num_attention_heads");
        if (size.activationDim() % heads != 0) {
            throw config.invalid("num_attention_heads", "a divisor of hidden_size", heads);
        }
        return new GptNeoXConfig(
                size,
                heads,
                function(config),
                epsilon(config),
                rotary(config, size, heads),
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

    private static ActivationFunction function(ModelConfig config) {
        String name = config.text("hidden_act").orElse("gelu");
        return ActivationFunction.find(name)
                .orElseThrow(
                        () -> config.invalid("hidden_act", "a known activation function", name));
    }

    private static float epsilon(ModelConfig config) {
        double epsilon = config.number("layer_norm_eps").orElse(DEFAULT_EPSILON);
        if (!(epsilon >= 0 && epsilon <= Float.MAX_VALUE)) {
            throw config.invalid("layer_norm_eps", "a number of float32 from 0", epsilon);
        }
        return (float) epsilon;
    }

    /** New folders say it in one object, older ones in keys of their own; the object counts. */
    private static Optional<RotaryEmbedding> rotary(ModelConfig config, ModelSize size, int heads) {
        Optional<ModelConfig> parameters = config.object("rope_parameters");
        parameters.ifPresent(GptNeoXConfig::requireNoScaling);
        config.object("rope_scaling").ifPresent(GptNeoXConfig::requireNoScaling);
        double base =
                parameters
                        .flatMap(p -> p.number("rope_theta"))
                        .or(() -> config.number("rotary_emb_base"))
                        .or(() -> config.number("rope_theta"))
                        .orElse(DEFAULT_BASE);
        double fraction =
                parameters
                        .flatMap(p -> p.number("partial_rotary_factor"))
                        .or(() -> config.number("rotary_pct"))
                        .or(() -> config.number("partial_rotary_factor"))
                        .orElse(DEFAULT_FRACTION);
        if (!(fraction >= 0 && fraction <= 1)) {
            throw config.invalid("rotary_pct", "a number from 0 to 1", fraction);
        }
        if (!(base > 0)) {
            throw config.invalid("rotary_emb_base", "a positive number", base);
        }
        int dimensions = (int) (size.activationDim() / heads * fraction);
        return dimensions == 0
                ? Optional.empty()
                : Optional.of(new RotaryEmbedding(dimensions, base));
    }

    private static void requireNoScaling(ModelConfig rope) {
        String type = rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
        if (!type.equals("default")) {
            throw rope.invalid("rope_type", "default", type);
        }
    }
}
