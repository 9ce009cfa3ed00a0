package org.lexicographer.languagemodel.architecture;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.attention.HeadProjection;
import org.lexicographer.languagemodel.attention.RotaryEmbedding;
import org.lexicographer.languagemodel.attention.SelfAttention;
import org.lexicographer.languagemodel.config.HeadCounts;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.languagemodel.forward.SiteWidths.BlockOrder;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.layer.ActivationFunction;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.layer.RmsNorm;
import org.lexicographer.languagemodel.layer.SoftCap;
import org.lexicographer.languagemodel.layer.TokenEmbedding;
import org.lexicographer.languagemodel.layer.TokenUnembedding;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * The architecture that Llama has in common with those that came after it: root-mean-square norms,
 * rotated queries and keys, gated MLPs, and the names of their tensors. A family says what is
 * special about it.
 *
 * @param size the dimensions
 * @param heads of the attention modules
 * @param attention of each layer
 * @param function of the MLPs' gates
 * @param biases which linear maps have them
 * @param norms which norms there are
 * @param vocabulary the way from tokens to the stream and back
 * @param unused which tensors may be there that no part takes
 */
public record GatedDecoder(
        ModelSize size,
        HeadCounts heads,
        List<LayerAttention> attention,
        ActivationFunction function,
        Biases biases,
        Norms norms,
        Vocabulary vocabulary,
        Pattern unused)
        implements Architecture {

    /** The constants that older folders carry among their weights. */
    public static final Pattern BUFFERS = Pattern.compile(".*rotary_emb\\.inv_freq");

    private static final String FINAL_NORM = "norm";

    /** Folders of a base model have none, those of a model for images and text more. */
    private static final List<String> PREFIXES =
            List.of("model.", "", "language_model.model.", "model.language_model.");

    private static final List<String> UNEMBEDDINGS =
            List.of("lm_head.weight", "language_model.lm_head.weight");

    /** How a layer's heads look at positions. */
    public record LayerAttention(RotaryEmbedding rotary, AttentionRule rule) {}

    /**
     * Which linear maps have biases.
     *
     * @param input those of queries, keys and values
     * @param output that of the heads' outputs
     * @param mlp those of the MLP
     */
    public record Biases(boolean input, boolean output, boolean mlp) {

        public static final Biases NONE = new Biases(false, false, false);
    }

    /**
     * Which norms there are besides those of what modules read.
     *
     * @param scale what all have in common
     * @param heads whether there are those of each query and key
     * @param after whether there are those of what modules write
     */
    public record Norms(RmsNorm.Scale scale, boolean heads, boolean after) {}

    /**
     * The way from tokens to the stream and back.
     *
     * @param tied whether embedding and unembedding are one table
     * @param embeddingScale what embeddings are multiplied by
     * @param softCap what bounds the logits; empty when nothing does
     */
    public record Vocabulary(boolean tied, float embeddingScale, Optional<SoftCap> softCap) {

        public static Vocabulary plain(boolean tied) {
            return new Vocabulary(tied, 1, Optional.empty());
        }
    }

    /** Reads the dimensions, all of which must be there. */
    public static ModelSize size(ModelConfig config, HeadCounts heads) {
        return new ModelSize(
                config.layers("num_hidden_layers"),
                widths(config.size("hidden_size"), heads, config.size("intermediate_size")),
                config.size("vocab_size"),
                config.size("max_position_embeddings"));
    }

    public static SiteWidths widths(int dim, HeadCounts heads, int neurons) {
        return new SiteWidths(dim, heads.width(), neurons, BlockOrder.SEQUENTIAL);
    }

    @Override
    public Transformer.Embedding embedding(Weights weights) {
        TokenEmbedding embedding =
                new TokenEmbedding(tables(weights).embedding(weights, size)); // (V, D)
        float scale = vocabulary.embeddingScale();
        return (tokens, positions) -> {
            NDArray embedded = embedding.forward(tokens); // (B, T, D)
            return scale == 1 ? embedded : embedded.muli(scale); // (B, T, D)
        };
    }

    @Override
    public Block block(int layer, Weights weights) {
        String prefix = prefix(weights) + "layers." + layer;
        String middle = norms.after() ? ".pre_feedforward_layernorm" : ".post_attention_layernorm";
        return new SequentialBlock(
                norms(weights, prefix + ".input_layernorm", prefix + middle),
                attention(prefix + ".self_attn", attention.get(layer), weights),
                mlp(prefix + ".mlp", weights),
                norms.after()
                        ? Optional.of(
                                norms(
                                        weights,
                                        prefix + ".post_attention_layernorm",
                                        prefix + ".post_feedforward_layernorm"))
                        : Optional.empty());
    }

    @Override
    public Transformer.Unembedding unembedding(Weights weights) {
        return new TokenUnembedding(
                norm(weights, prefix(weights) + FINAL_NORM),
                tables(weights).unembedding(weights, size), // (V, D)
                vocabulary.softCap());
    }

    @Override
    public boolean isUnused(String tensor) {
        return unused.matcher(tensor).matches();
    }

    private static String prefix(Weights weights) {
        return PREFIXES.stream()
                .filter(prefix -> weights.has(prefix + FINAL_NORM + ".weight"))
                .findFirst()
                .orElse(PREFIXES.getFirst());
    }

    private VocabularyTables tables(Weights weights) {
        return new VocabularyTables(
                List.of(prefix(weights) + "embed_tokens.weight"), UNEMBEDDINGS, vocabulary.tied());
    }

    private SequentialBlock.Norms norms(Weights weights, String attention, String mlp) {
        return new SequentialBlock.Norms(norm(weights, attention), norm(weights, mlp));
    }

    private RmsNorm norm(Weights weights, String prefix) {
        return RmsNorm.take(weights, prefix, size.activationDim(), norms.scale());
    }

    private SelfAttention attention(String prefix, LayerAttention layer, Weights weights) {
        int dim = size.activationDim();
        int width = heads.width();
        int keyWidth = heads.keyWidth();
        return new SelfAttention(
                new HeadProjection.Separate(
                        Linear.take(weights, prefix + ".q_proj", dim, width, biases.input()),
                        Linear.take(weights, prefix + ".k_proj", dim, keyWidth, biases.input()),
                        Linear.take(weights, prefix + ".v_proj", dim, keyWidth, biases.input()),
                        heads.headDim(),
                        headNorms(prefix, weights)),
                Optional.of(layer.rotary()),
                layer.rule(),
                weights.programs().attention(),
                Linear.take(weights, prefix + ".o_proj", width, dim, biases.output()));
    }

    private Optional<HeadProjection.Separate.Norms> headNorms(String prefix, Weights weights) {
        if (!norms.heads()) {
            return Optional.empty();
        }
        int dim = heads.headDim();
        return Optional.of(
                new HeadProjection.Separate.Norms(
                        RmsNorm.take(weights, prefix + ".q_norm", dim, norms.scale()),
                        RmsNorm.take(weights, prefix + ".k_norm", dim, norms.scale())));
    }

    private Mlp mlp(String prefix, Weights weights) {
        int dim = size.activationDim();
        int neurons = size.widths().neurons();
        return new Mlp.Gated(
                Linear.take(weights, prefix + ".gate_proj", dim, neurons, biases.mlp()),
                Linear.take(weights, prefix + ".up_proj", dim, neurons, biases.mlp()),
                function,
                Linear.take(weights, prefix + ".down_proj", neurons, dim, biases.mlp()));
    }
}
