package org.lexicographer.languagemodel.family;

import java.util.Optional;
import java.util.regex.Pattern;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.layer.HeadProjection;
import org.lexicographer.languagemodel.layer.LayerNorm;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.layer.SelfAttention;
import org.lexicographer.languagemodel.layer.TokenEmbedding;
import org.lexicographer.languagemodel.layer.TokenUnembedding;
import org.lexicographer.languagemodel.weights.RowTable;
import org.lexicographer.languagemodel.weights.Weights;

/** GPT-NeoX (<a href="https://arxiv.org/abs/2204.06745">Black et al. 2022</a>): Pythia's family. */
record GptNeoX(GptNeoXConfig config) implements Architecture {

    /** Constants that older folders carry among their weights. */
    private static final Pattern BUFFER =
            Pattern.compile(".*(attention\\.(bias|masked_bias)|rotary_emb\\.inv_freq)");

    private static final String EMBED_IN = "gpt_neox.embed_in.weight";
    private static final String EMBED_OUT = "embed_out.weight";

    static GptNeoX of(ModelConfig config) {
        return new GptNeoX(GptNeoXConfig.of(config));
    }

    @Override
    public ModelSize size() {
        return config.size();
    }

    @Override
    public Transformer.Embedding embedding(Weights weights) {
        boolean fromTheOther = config.options().tiedEmbeddings() && !weights.has(EMBED_IN);
        TokenEmbedding embedding =
                new TokenEmbedding(
                        vocabulary(fromTheOther ? EMBED_OUT : EMBED_IN, weights)); // (V, D)
        return (tokens, positions) -> embedding.forward(tokens);
    }

    @Override
    public Block block(int layer, Weights weights) {
        String prefix = "gpt_neox.layers." + layer;
        return new GptNeoXBlock(
                norm(prefix + ".input_layernorm", weights),
                attention(prefix + ".attention", weights),
                norm(prefix + ".post_attention_layernorm", weights),
                mlp(prefix + ".mlp", weights),
                size().widths().order());
    }

    /** A tied folder that has both tables all the same means them both, as in transformers 5. */
    @Override
    public Transformer.Unembedding unembedding(Weights weights) {
        boolean fromTheOther = config.options().tiedEmbeddings() && !weights.has(EMBED_OUT);
        LayerNorm norm = norm("gpt_neox.final_layer_norm", weights);
        return new TokenUnembedding(
                norm::forward, vocabulary(fromTheOther ? EMBED_IN : EMBED_OUT, weights)); // (V, D)
    }

    @Override
    public boolean isBuffer(String tensor) {
        return BUFFER.matcher(tensor).matches();
    }

    private RowTable vocabulary(String name, Weights weights) {
        return weights.table(name, size().vocabularySize(), size().activationDim());
    }

    private LayerNorm norm(String prefix, Weights weights) {
        long dim = size().activationDim();
        return new LayerNorm(
                weights.take(prefix + ".weight", dim), // (D)
                weights.take(prefix + ".bias", dim), // (D)
                config.epsilon());
    }

    private SelfAttention attention(String prefix, Weights weights) {
        long dim = size().activationDim();
        boolean bias = config.options().attentionBias();
        return new SelfAttention(
                new HeadProjection.HeadByHead(
                        linear(prefix + ".query_key_value", weights, dim, 3 * dim, bias),
                        config.heads()),
                config.rotary(),
                linear(prefix + ".dense", weights, dim, dim, bias));
    }

    private Mlp mlp(String prefix, Weights weights) {
        long dim = size().activationDim();
        return new Mlp(
                linear(prefix + ".dense_h_to_4h", weights, dim, size().widths().neurons(), true),
                config.function(),
                linear(prefix + ".dense_4h_to_h", weights, size().widths().neurons(), dim, true));
    }

    private static Linear linear(String prefix, Weights weights, long in, long out, boolean bias) {
        return new Linear(
                weights.take(prefix + ".weight", out, in), // (out, in)
                bias
                        ? Optional.of(weights.take(prefix + ".bias", out)) // (out)
                        : Optional.empty());
    }
}
