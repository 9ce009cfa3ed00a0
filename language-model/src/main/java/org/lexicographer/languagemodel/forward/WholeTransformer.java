package org.lexicographer.languagemodel.forward;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * A transformer all of whose parts are in memory.
 *
 * @param size the dimensions
 * @param embedding the start of the residual stream
 * @param blocks one per layer
 * @param unembedding the end of the residual stream
 */
public record WholeTransformer(
        ModelSize size, Embedding embedding, List<Block> blocks, Unembedding unembedding)
        implements Transformer {

    /** Checks that there is one block per layer. */
    public WholeTransformer {
        requireNonNull(embedding, "embedding is null");
        requireNonNull(unembedding, "unembedding is null");
        blocks = List.copyOf(blocks);
        if (blocks.size() != size.layers()) {
            throw new IllegalArgumentException(
                    "one block per layer: layers=%d, blocks=%d"
                            .formatted(size.layers(), blocks.size()));
        }
    }

    @Override
    public Block block(int layer, NDManager scope) {
        return blocks.get(layer);
    }
}
