package org.lexicographer.languagemodel.family;

import java.util.Optional;
import java.util.regex.Pattern;
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
 * GPT-2 (Radford et al. 2019): a learned vector per position, and linear maps stored transposed.
 *
 * @param ends of the stream
 * @param heads H, which divides D
 * @param function the MLP's nonlinearity
 * @param scaling of the scores
 */
record Gpt2(GptEnds ends, int heads, ActivationFunction function, Scaling scaling)
        implements Architecture {

    private static final Pattern BUFFER = Pattern.compile(".*\\.attn\\.(bias|masked_bias)");

    /**
     * How scores are scaled.
     *
     * @param byHeadSize by 1 / sqrt E
     * @param byLayer by 1 / layer, counted from 1
     */
    record Scaling(boolean byHeadSize, boolean byLayer) {

        double of(int layer, int headDim) {
            return (byHeadSize ? 1 / Math.sqrt(headDim) : 1) / (byLayer ? layer + 1 : 1);
        }
    }

    static Architecture of(ModelConfig config) {
        int dim = config.size("n_embd");
        int neurons = config.optionalSize("n_inner").orElseGet(() -> config.fourTimes("n_embd"));
        ModelSize size =
                new ModelSize(
                        config.layers("n_layer"),
                        new SiteWidths(dim, dim, neurons, BlockOrder.SEQUENTIAL),
                        config.size("vocab_size"),
                        config.size("n_positions"));
        // The same in another order and precision of operations, all of which are float32 here.
        config.flag("reorder_and_upcast_attn");
        return new Gpt2(
                new GptEnds(
                        size,
                        config.epsilon("layer_norm_epsilon", 1e-5),
                        config.flag("tie_word_embeddings").orElse(true)),
                config.divisor("n_head", "n_embd"),
                config.activation("activation_function").orElse(ActivationFunction.GELU_TANH),
                new Scaling(
                        config.flag("scale_attn_weights").orElse(true),
                        config.flag("scale_attn_by_inverse_layer_idx").orElse(false)));
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
                attention(layer, prefix + ".attn", weights),
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

    private SelfAttention attention(int layer, String prefix, Weights weights) {
        int dim = size().activationDim();
        return new SelfAttention(
                new HeadProjection.QueriesFirst(
                        Linear.takeTransposed(weights, prefix + ".c_attn", dim, 3L * dim), heads),
                Optional.empty(),
                AttentionRule.full(scaling.of(layer, dim / heads)),
                weights.programs().attention(),
                Linear.takeTransposed(weights, prefix + ".c_proj", dim, dim));
    }

    private Mlp mlp(String prefix, Weights weights) {
        int dim = size().activationDim();
        int neurons = size().widths().neurons();
        return new Mlp.Plain(
                Linear.takeTransposed(weights, prefix + ".c_fc", dim, neurons),
                function,
                Linear.takeTransposed(weights, prefix + ".c_proj", neurons, dim));
    }
}
