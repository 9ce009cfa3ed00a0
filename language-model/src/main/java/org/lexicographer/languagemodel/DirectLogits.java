package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.pipeline.Site;

/**
 * How directions at a model's sites act on its logits on the straight way: through the residual
 * stream, past all later layers (<a
 * href="https://transformer-circuits.pub/2021/framework/index.html">Elhage et al. 2021</a>, the
 * direct path). Only linear maps are counted. The final norm is not one: of it there are its
 * weights at most, neither the scale that depends on the stream, nor the mean that a layer norm
 * takes away, nor its bias. The bound of logits that some families have is left out.
 *
 * <p>Threads may share it, as long as the model is open.
 */
public final class DirectLogits {

    private final ModelSites sites;
    private final Transformer transformer;

    DirectLogits(ModelSites sites, Transformer transformer) {
        this.sites = requireNonNull(sites, "sites is null");
        this.transformer = requireNonNull(transformer, "transformer is null");
    }

    /** Returns the number of token ids, V. */
    public int vocabularySize() {
        return transformer.size().vocabularySize();
    }

    /**
     * Returns what directions at a site are in the residual stream: themselves at its own sites,
     * what the output projection makes of them at {@code attn.z} and {@code mlp.hidden}, without
     * its bias, and where a norm follows on what a module writes, that times the norm's weights.
     * Empty for {@code mlp.in}, which a nonlinearity reads.
     *
     * @param directions float32 (N, width of the site), which stay the caller's
     * @return (N, D), in the manager of the directions
     * @throws IllegalArgumentException when the model has no such site, or it has another width
     */
    public Optional<NDArray> inStream(Site site, NDArray directions) {
        int expected = sites.width(site);
        long found = directions.getShape().get(1);
        if (found != expected) {
            throw new IllegalArgumentException(
                    "activation width mismatch: expected=%d, found=%d, site=%s"
                            .formatted(expected, found, site));
        }
        try (NDManager scope = directions.getManager().newSubManager()) {
            Block block = transformer.block(site.layer(), scope);
            return transformer
                    .bfloat16()
                    .map(it -> inStream(block, site.kind(), directions, it))
                    .orElseGet(() -> block.inStream(site.kind(), directions));
        }
    }

    private static Optional<NDArray> inStream(
            Block block, Site.Kind kind, NDArray directions, Bfloat16 bfloat16) {
        NDManager results = directions.getManager();
        try (NDManager scope = results.newSubManager()) {
            return block.inStream(kind, bfloat16.narrowed(directions, scope))
                    .map(it -> bfloat16.widened(it, it.getDevice(), results)); // (N, D)
        }
    }

    /**
     * Returns directions in the stream (N, D) times the final norm's weights, in their manager. A
     * norm whose weights are stored as what is added to one counts with the sum.
     */
    public NDArray weigh(NDArray directions) {
        return transformer.unembedding().weigh(directions); // (N, D)
    }

    /**
     * Returns the products (N, to - from) of directions (N, D) in the stream with the unembedding's
     * rows of the tokens {@code from} to {@code to}, the latter excluded, in their manager.
     */
    public NDArray products(NDArray directions, int from, int to) {
        return transformer.unembedding().products(directions, from, to); // (N, to - from)
    }
}
