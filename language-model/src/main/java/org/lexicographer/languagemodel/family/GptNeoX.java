package org.lexicographer.languagemodel.family;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.ParallelBlock;
import org.lexicographer.languagemodel.architecture.SequentialBlock;
import org.lexicographer.languagemodel.architecture.VocabularyTables;
import org.lexicographer.languagemodel.attention.AttentionRule;
import org.lexicographer.languagemodel.attention.HeadProjection;
import org.lexicographer.languagemodel.attention.SelfAttention;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.layer.LayerNorm;
import org.lexicographer.languagemodel.layer.Linear;
import org.lexicographer.languagemodel.layer.Mlp;
import org.lexicographer.languagemodel.layer.TokenEmbedding;
import org.lexicographer.languagemodel.layer.TokenUnembedding;
import org.lexicographer.languagemodel.weights.Weights;

/** GPT-NeoX (<a href="https://arxiv.org/abs/2204.06745">Black et al. 2022</a>): Pythia's family. */
record GptNeoX(GptNeoXConfig config) implements Architecture {

    /** Constants that older folders carry among their weights. */
    private static final Pattern BUFFER =
            Pattern.compile(".*(attention\\.(bias|masked_bias)|rotary_emb\\.inv_freq)");

    /** Folders of a base model have none. */
    private static final List<String> PREFIXES = List.of("gpt_neox.", "");

    private static final String FINAL_NORM = "final_layer_norm";

    static GptNeoX of(ModelConfig config) {
        return new GptNeoX(GptNeoXConfig.of(config));
    }

    @Override
    public ModelSize size() {
        return config.size();
    }

    @Override
    public Transformer.Embedding embedding(Weights weights) {
        TokenEmbedding embedding =
                new TokenEmbedding(tables(weights).embedding(weights, size())); // (V, D)
        return (tokens, positions) -> embedding.forward(tokens);
    }

    @Override
    public Block block(int layer, Weights weights) {
        String prefix = prefix(weights) + "layers." + layer;
        LayerNorm attentionNorm = norm(prefix + ".input_layernorm", weights);
        LayerNorm mlpNorm = norm(prefix + ".post_attention_layernorm", weights);
        SelfAttention attention = attention(prefix + ".attention", weights);
        Mlp mlp = mlp(prefix + ".mlp", weights);
        return switch (size().widths().order()) {
            case PARALLEL -> new ParallelBlock(attentionNorm, attention, mlpNorm, mlp);
            case SEQUENTIAL ->
                    new SequentialBlock(
                            new SequentialBlock.Norms(attentionNorm, mlpNorm),
                            attention,
                            mlp,
                            Optional.empty());
        };
    }

    @Override
    public Transformer.Unembedding unembedding(Weights weights) {
        return new TokenUnembedding(
                norm(prefix(weights) + FINAL_NORM, weights),
                tables(weights).unembedding(weights, size()), // (V, D)
                Optional.empty());
    }

    @Override
    public boolean isUnused(String tensor) {
        return BUFFER.matcher(tensor).matches();
    }

    private static String prefix(Weights weights) {
        return PREFIXES.stream()
                .filter(prefix -> weights.has(prefix + FINAL_NORM + ".weight"))
                .findFirst()
                .orElse(PREFIXES.getFirst());
    }

    private VocabularyTables tables(Weights weights) {
        return new VocabularyTables(
                List.of(prefix(weights) + "embed_in.weight"),
                List.of("embed_out.weight"),
                config.options().tiedEmbeddings());
    }

    private LayerNorm norm(String prefix, Weights weights) {
        return LayerNorm.take(weights, prefix, size().activationDim(), config.epsilon());
    }

    private SelfAttention attention(String prefix, Weights weights) {
        int dim = size().activationDim();
        boolean bias = config.options().attentionBias();
        return new SelfAttention(
                new HeadProjection.HeadByHead(
                        Linear.take(weights, prefix + ".query_key_value", dim, 3L * dim, bias),
                        config.heads()),
                config.rotary(),
                AttentionRule.full(1 / Math.sqrt(dim / config.heads())),
                weights.programs().attention(),
                Linear.take(weights, prefix + ".dense", dim, dim, bias));
    }

    private Mlp mlp(String prefix, Weights weights) {
        int dim = size().activationDim();
        int neurons = size().widths().neurons();
        return new Mlp.Plain(
                Linear.take(weights, prefix + ".dense_h_to_4h", dim, neurons, true),
                config.function(),
                Linear.take(weights, prefix + ".dense_4h_to_h", neurons, dim, true));
    }
}
