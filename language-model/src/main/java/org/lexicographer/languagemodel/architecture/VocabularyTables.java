package org.lexicographer.languagemodel.architecture;

import java.util.List;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.weights.RowTable;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * Where a folder's tables with one row per token are. Where both are tied to be one, a folder has
 * either; one that has both all the same means them both, as in transformers 5.
 *
 * @param embeddings the names that the embedding's may have, the usual one first
 * @param unembeddings the names that the unembedding's may have, the usual one first
 * @param tied whether they are one
 */
public record VocabularyTables(List<String> embeddings, List<String> unembeddings, boolean tied) {

    public RowTable embedding(Weights weights, ModelSize size) {
        return take(embeddings, unembeddings, weights, size); // (V, D)
    }

    public RowTable unembedding(Weights weights, ModelSize size) {
        return take(unembeddings, embeddings, weights, size); // (V, D)
    }

    private RowTable take(List<String> own, List<String> other, Weights weights, ModelSize size) {
        String name =
                first(own, weights)
                        .or(() -> tied ? first(other, weights) : Optional.empty())
                        .orElse(own.getFirst());
        return weights.table(name, size.vocabularySize(), size.activationDim()); // (V, D)
    }

    private static Optional<String> first(List<String> names, Weights weights) {
        return names.stream().filter(weights::has).findFirst();
    }
}
