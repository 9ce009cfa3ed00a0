package org.lexicographer.languagemodel.family;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.GptEnds;
import org.lexicographer.languagemodel.architecture.SequentialBlock;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.attention.HeadProjection;
import org.lexicographer.languagemodel.attention.SelfAttention;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.languagemodel.forward.SiteWidths.BlockOrder;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.layer.ActivationFunction;
import org.lexicographer.languagemodel.layer.LayerNorm;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * GPT-Neo (Black et al. 2021) and TinyStories (<a href="https://arxiv.org/abs/2305.07759">Eldan, Li
 * 2023</a>): as GPT-2, with local attention in some layers and scores that are not scaled.
 *
 * @param ends of the stream
 * @param heads H, which divides D
 * @param windows each layer's, in positions
 * @param function the MLP's nonlinearity
 */
record GptNeo(GptEnds ends, int heads, List<Integer> windows, ActivationFunction function)
        implements Architecture {

    private static final Pattern BUFFER =
            Pattern.compile(".*\\.attn\\.attention\\.(bias|masked_bias)");

    private static final int DEFAULT_WINDOW = 256;
    private static final int DEFAULT_LAYERS = 24;
    private static final String TYPES = "attention_types";
    private static final String GLOBAL = "global";
    private static final String LOCAL = "local";
    private static final String LAYERS = "attention_layers";

    static Architecture of(ModelConfig config) {
        int dim = config.size("hidden_size");
        int neurons =
                config.optionalSize("intermediate_size")
                        .orElseGet(() -> config.fourTimes("hidden_size"));
        ModelSize size =
                new ModelSize(
                        config.layers("num_layers"),
                        new SiteWidths(dim, dim, neurons, BlockOrder.SEQUENTIAL),
                        config.size("vocab_size"),
                        config.size("max_position_embeddings"));
        return new GptNeo(
                new GptEnds(
                        size,
                        config.epsilon("layer_norm_epsilon", 1e-5),
                        config.flag("tie_word_embeddings").orElse(true)),
                config.divisor("num_heads", "hidden_size"),
                windows(config, size.layers()),
                config.activation("activation_function").orElse(ActivationFunction.GELU_TANH));
    }

    /**
     * Reads each layer's kind of attention, said layer by layer, or in runs, or both. A folder that
     * says neither means that of the 24 layers of 1.3B.
     */
    private static List<Integer> windows(ModelConfig config, int layers) {
        int window = config.optionalSize("window_size").orElse(DEFAULT_WINDOW);
        Optional<List<String>> runs = runs(config, layers);
        List<String> kinds = config.texts(LAYERS).or(() -> runs).orElseGet(GptNeo::defaultKinds);
        if (runs.isPresent() && !runs.get().equals(kinds)) {
            throw config.invalid(LAYERS, "those of %s: %s".formatted(TYPES, runs.get()), kinds);
        }
        if (kinds.size() != layers) {
            throw config.invalid(LAYERS, "those of %d layers".formatted(layers), kinds);
        }
        List<Integer> windows = new ArrayList<>();
        for (String kind : kinds) {
            windows.add(
                    switch (kind) {
                        case GLOBAL -> AttentionRule.UNBOUNDED;
                        case LOCAL -> window;
                        default -> throw config.invalid(LAYERS, "global or local", kind);
                    });
        }
        return windows;
    }

    private static List<String> defaultKinds() {
        return IntStream.range(0, DEFAULT_LAYERS)
                .mapToObj(layer -> layer % 2 == 0 ? GLOBAL : LOCAL)
                .toList();
    }

    /** Reads runs of layers: [[[kind, ...], times], ...]. */
    private static Optional<List<String>> runs(ModelConfig config, int layers) {
        return config.list(TYPES, "a list of [[kind, ...], times]", GptNeo::isRun)
                .map(
                        runs -> {
                            List<String> kinds = new ArrayList<>();
                            for (JsonNode run : runs) {
                                // More than the layers there are is refused, however many more.
                                int times = Math.min(run.get(1).intValue(), layers + 1);
                                for (int i = 0; i < times; i++) {
                                    run.get(0).forEach(kind -> kinds.add(kind.textValue()));
                                }
                            }
                            return kinds;
                        });
    }

    private static boolean isRun(JsonNode run) {
        boolean pair = run.isArray() && run.size() == 2 && run.get(0).isArray();
        if (!pair || !run.get(1).isInt()) {
            return false;
        }
        for (JsonNode kind : run.get(0)) {
            if (!kind.isTextual()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public ModelSize size() {
        return ends.size();
    }

    @Override
    public Transformer.Embedding embedding(Weights weights) {
        return ends.embedding(weights);
    }

    @Override
    public Block block(int layer, Weights weights) {
        String prefix = GptEnds.prefix(weights) + "h." + layer;
        return new SequentialBlock(
                new SequentialBlock.Norms(
                        norm(weights, prefix + ".ln_1"), norm(weights, prefix + ".ln_2")),
                attention(windows.get(layer), prefix + ".attn.attention", weights),
                mlp(prefix + ".mlp", weights),
                Optional.empty());
    }

    @Override
    public Transformer.Unembedding unembedding(Weights weights) {
        return ends.unembedding(weights);
    }

    @Override
    public boolean isUnused(String tensor) {
        return BUFFER.matcher(tensor).matches();
    }

    private LayerNorm norm(Weights weights, String prefix) {
        return LayerNorm.take(weights, prefix, size().activationDim(), ends.epsilon());
    }

    private SelfAttention attention(int window, String prefix, Weights weights) {
        int dim = size().activationDim();
        return new SelfAttention(
                new HeadProjection.Separate(
                        Linear.take(weights, prefix + ".q_proj", dim, dim, false),
                        Linear.take(weights, prefix + ".k_proj", dim, dim, false),
                        Linear.take(weights, prefix + ".v_proj", dim, dim, false),
                        dim / heads,
                        Optional.empty()),
                Optional.empty(),
                new AttentionRule(1, window, Optional.empty()),
                weights.programs().attention(),
                Linear.take(weights, prefix + ".out_proj", dim, dim, true));
    }

    private Mlp mlp(String prefix, Weights weights) {
        int dim = size().activationDim();
        int neurons = size().widths().neurons();
        return new Mlp.Plain(
                Linear.take(weights, prefix + ".c_fc", dim, neurons, true),
                function,
                Linear.take(weights, prefix + ".c_proj", neurons, dim, true));
    }
}
