package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Set;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.languagemodel.forward.TiledLoss;
import org.lexicographer.pipeline.Site;

/**
 * One batch of contexts that is run once, however many values are tried in place of those at its
 * sites: each costs what depends on its site, and one loss. An equal value gives the same bits as
 * the model's own, and every value the same as if it were the only one.
 *
 * <p>The pass goes through the sites in the order of {@link Site#compareTo}, back only within a
 * layer. Besides the batch it holds the values of two layers at most, some ten arrays (B, T, D)
 * each, and a tile of logits. For use by one thread; closing releases everything.
 */
public final class SharedPass implements AutoCloseable {

    private final ModelSites sites;
    private final TiledLoss tiledLoss;
    private final NDManager scope;
    private final NDArray tokens; // (B, T)
    private final BranchingPass pass;

    /** Starts a pass that owns the scope, to which the token ids (B, T) int64 belong. */
    SharedPass(ModelSites sites, TiledLoss tiledLoss, NDArray tokens, BranchingPass pass) {
        this.sites = requireNonNull(sites, "sites is null");
        this.tiledLoss = requireNonNull(tiledLoss, "tiledLoss is null");
        this.scope = tokens.getManager();
        this.tokens = tokens;
        this.pass = requireNonNull(pass, "pass is null");
    }

    /**
     * Returns the activations (B, T, width of the site) at a site, which stay the pass's and last
     * until it has come to another layer.
     *
     * @throws IllegalArgumentException when the model has no such site
     * @throws IllegalStateException when the pass is beyond the site's layer
     */
    public NDArray value(Site site) {
        sites.require(Set.of(site));
        return pass.value(site);
    }

    /**
     * Returns the loss over the T - 1 next tokens of each context when a site has another value.
     *
     * @param value float32 of the site's shape, which stays the caller's
     * @throws IllegalArgumentException when the model has no such site or the value another shape
     * @throws IllegalStateException when the pass is beyond the site's layer
     * @throws NotFiniteException when the logits are not finite
     */
    public NextTokenLoss nextTokenLossWith(Site site, NDArray value) {
        NDArray own = value(site); // (B, T, width of the site)
        if (!value.getShape().equals(own.getShape()) || value.getDataType() != own.getDataType()) {
            throw new IllegalArgumentException(
                    "replacement mismatch: expected=%s %s, found=%s %s, site=%s"
                            .formatted(
                                    own.getDataType(),
                                    own.getShape(),
                                    value.getDataType(),
                                    value.getShape(),
                                    site));
        }
        try (NDArray end = pass.endWith(site, value)) { // (B, T, D)
            return loss(end);
        }
    }

    /**
     * Runs to the end, beyond all sites, and returns the model's own loss over the T - 1 next
     * tokens of each context.
     *
     * @throws NotFiniteException when the logits are not finite
     */
    public NextTokenLoss nextTokenLoss() {
        return loss(pass.end());
    }

    private NextTokenLoss loss(NDArray end) {
        return loss(tiledLoss, tokens, end, scope);
    }

    /** Returns the loss of tokens (B, T) under the end of their residual stream (B, T, D). */
    static NextTokenLoss loss(TiledLoss tiledLoss, NDArray tokens, NDArray end, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            Shape shape = end.getShape();
            long count = shape.get(0) * (shape.get(1) - 1);
            NDArray stream = end.get(scope, new NDIndex(":, :-1")); // (B, T - 1, D)
            NDArray targets = tokens.get(scope, new NDIndex(":, 1:")); // (B, T - 1)
            double sum =
                    tiledLoss.sum(
                            stream.reshape(count, shape.get(2)), // (N, D)
                            targets.reshape(count, 1)); // (N, 1)
            if (!Double.isFinite(sum)) {
                throw new NotFiniteException("logits are not finite: summed loss=" + sum);
            }
            return new NextTokenLoss(sum, count);
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
