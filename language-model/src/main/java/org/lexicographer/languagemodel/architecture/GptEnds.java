package org.lexicographer.languagemodel.architecture;

import java.util.List;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.layer.LayerNorm;
import org.lexicographer.languagemodel.layer.LearnedPositions;
import org.lexicographer.languagemodel.layer.TokenEmbedding;
import org.lexicographer.languagemodel.layer.TokenUnembedding;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * Both ends of the stream, as GPT-2 and GPT-Neo have them: a learned vector per token and one per
 * position are added up; in the end comes a layer norm.
 *
 * @param size the dimensions
 * @param epsilon of the layer norm
 * @param tied whether embedding and unembedding are one table
 */
public record GptEnds(ModelSize size, float epsilon, boolean tied) {

    /** Folders of a base model have none. */
    private static final List<String> PREFIXES = List.of("transformer.", "");

    private static final String FINAL_NORM = "ln_f";

    public static String prefix(Weights weights) {
        return PREFIXES.stream()
                .filter(prefix -> weights.has(prefix + FINAL_NORM + ".weight"))
                .findFirst()
                .orElse(PREFIXES.getFirst());
    }

    public Transformer.Embedding embedding(Weights weights) {
        TokenEmbedding embedding =
                new TokenEmbedding(tables(weights).embedding(weights, size)); // (V, D)
        LearnedPositions learned =
                new LearnedPositions(
                        weights.take(
                                prefix(weights) + "wpe.weight",
                                size.contextLimit(),
                                size.activationDim())); // (contextLimit, D)
        return (tokens, positions) -> learned.addTo(embedding.forward(tokens), positions);
    }

    public Transformer.Unembedding unembedding(Weights weights) {
        return new TokenUnembedding(
                LayerNorm.take(
                        weights, prefix(weights) + FINAL_NORM, size.activationDim(), epsilon),
                tables(weights).unembedding(weights, size), // (V, D)
                Optional.empty());
    }

    private VocabularyTables tables(Weights weights) {
        return new VocabularyTables(
                List.of(prefix(weights) + "wte.weight"), List.of("lm_head.weight"), tied);
    }
}
