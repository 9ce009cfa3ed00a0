package org.lexicographer.languagemodel.family;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.layer.LayerNorm;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.layer.RotaryEmbedding;
import org.lexicographer.languagemodel.layer.SelfAttention;
import org.lexicographer.languagemodel.layer.TokenEmbedding;

/** GPT-NeoX (<a href="https://arxiv.org/abs/2204.06745">Black et al. 2022</a>): Pythia's family. */
final class GptNeoX {

    /** Constants that older folders carry among their weights. */
    private static final Pattern BUFFER =
            Pattern.compile(".*(attention\\.(bias|masked_bias)|rotary_emb\\.inv_freq)");

    private static final String EMBED_IN = "gpt_neox.embed_in.weight";
    private static final String EMBED_OUT = "embed_out.weight";

    private final GptNeoXConfig config;
    private final ModelWeights weights;
    private final Optional<RotaryEmbedding> rotary;
    private final int dim;

    private GptNeoX(GptNeoXConfig config, ModelWeights weights) {
        this.config = config;
        this.weights = weights;
        this.rotary = rotary();
        this.dim = config.size().activationDim();
    }

    static Transformer load(ModelConfig config, ModelWeights weights) {
        return new GptNeoX(GptNeoXConfig.of(config), weights).transformer();
    }

    private Transformer transformer() {
        boolean tied = config.options().tiedEmbeddings();
        TokenEmbedding embedding =
                new TokenEmbedding(
                        vocabulary(tied && !weights.has(EMBED_IN) ? EMBED_OUT : EMBED_IN));
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < config.size().layers(); layer++) {
            blocks.add(block("gpt_neox.layers." + layer));
        }
        LayerNorm finalNorm = norm("gpt_neox.final_layer_norm");
        Linear unembedding = new Linear(unembedding(embedding), Optional.empty());
        weights.requireNoneLeft(name -> BUFFER.matcher(name).matches());
        return new Transformer(
                config.size(),
                (tokens, positions) -> embedding.forward(tokens),
                blocks,
                stream -> unembedding.forward(finalNorm.forward(stream)));
    }

    /** A tied folder that has both tables all the same means them both, as in transformers 5. */
    private NDArray unembedding(TokenEmbedding embedding) {
        boolean own = weights.has(EMBED_OUT) && weights.has(EMBED_IN);
        return config.options().tiedEmbeddings() && !own
                ? embedding.weight() // (V, D)
                : vocabulary(EMBED_OUT); // (V, D)
    }

    private NDArray vocabulary(String name) {
        return weights.take(name, config.size().vocabularySize(), dim); // (V, D)
    }

    private Optional<RotaryEmbedding> rotary() {
        int rotaryDim = config.rotary().dimensions();
        return rotaryDim == 0
                ? Optional.empty()
                : Optional.of(
                        RotaryEmbedding.create(
                                weights.owner(),
                                config.size().contextLimit(),
                                rotaryDim,
                                config.rotary().base()));
    }

    private Block block(String prefix) {
        return new GptNeoXBlock(
                norm(prefix + ".input_layernorm"),
                attention(prefix + ".attention"),
                norm(prefix + ".post_attention_layernorm"),
                mlp(prefix + ".mlp"),
                config.parallelResidual());
    }

    private LayerNorm norm(String prefix) {
        return new LayerNorm(
                weights.take(prefix + ".weight", dim), // (D)
                weights.take(prefix + ".bias", dim), // (D)
                config.epsilon());
    }

    private SelfAttention attention(String prefix) {
        boolean bias = config.options().attentionBias();
        Linear fused = linear(prefix + ".query_key_value", dim, 3 * dim, bias);
        Linear queryKeyValue =
                new Linear(headsInside(fused.weight()), fused.bias().map(this::headsInside));
        return new SelfAttention(
                queryKeyValue, linear(prefix + ".dense", dim, dim, bias), config.heads(), rotary);
    }

    /** Reorders rows from head by head (query, key, value each) to all queries, keys, values. */
    private NDArray headsInside(NDArray rows) {
        long headDim = dim / config.heads();
        NDArray grouped =
                rows.reshape(config.heads(), 3, headDim, -1).transpose(1, 0, 2, 3); // (3, H, E, in)
        NDArray reordered = grouped.reshape(rows.getShape()); // (3 * H * E, in)
        rows.close();
        grouped.close();
        return reordered;
    }

    private Mlp mlp(String prefix) {
        return new Mlp(
                linear(prefix + ".dense_h_to_4h", dim, config.mlpDim(), true),
                config.function(),
                linear(prefix + ".dense_4h_to_h", config.mlpDim(), dim, true));
    }

    private Linear linear(String prefix, long in, long out, boolean bias) {
        return new Linear(
                weights.take(prefix + ".weight", out, in), // (out, in)
                bias
                        ? Optional.of(weights.take(prefix + ".bias", out)) // (out)
                        : Optional.empty());
    }
}
