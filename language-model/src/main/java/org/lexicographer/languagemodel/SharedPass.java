package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Set;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.languagemodel.forward.TiledDivergences;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.pipeline.Site;

/**
 * One batch of contexts that is run once, however many values are tried in place of those at its
 * sites: each costs what depends on its site, and its logits. An equal value gives the same bits as
 * the model's own, and every value the same as if it were the only one.
 *
 * <p>The pass goes through the sites in the order of {@link Site#compareTo}, back only within a
 * layer. Besides the batch it holds the values of two layers at most, some ten arrays (B, T, D)
 * each, the stream of what was tried, and a tile of logits. For use by one thread; closing releases
 * everything.
 */
public final class SharedPass implements AutoCloseable {

    private final ModelSites sites;
    private final Transformer transformer;
    private final TiledDivergences divergences;
    private final NDManager scope;
    private final NDArray tokens; // (B, T)
    private final BranchingPass pass;

    /** Starts a pass that owns the scope, to which the token ids (B, T) int64 belong. */
    SharedPass(ModelSites sites, Transformer transformer, NDArray tokens, BranchingPass pass) {
        this.sites = requireNonNull(sites, "sites is null");
        this.transformer = requireNonNull(transformer, "transformer is null");
        this.divergences = new TiledDivergences(transformer);
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
     * Begins a branch, which has another value at a site and goes down the layers with the pass.
     *
     * @param value float32 of the site's shape, which stays the caller's
     * @throws IllegalArgumentException when the model has no such site or the value another shape
     * @throws IllegalStateException when the pass is beyond the site's layer
     */
    public BranchingPass.Branch branch(Site site, NDArray value) {
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
        return pass.branch(site, value);
    }

    /** Enters the next layer, as {@link BranchingPass#enter} does. */
    void enter(Block block) {
        pass.enter(block);
    }

    /** Leaves the present layer, as {@link BranchingPass#leave} does. */
    void leave() {
        pass.leave();
    }

    /**
     * What passes with other values say of the tokens, and the model itself. Figures are not finite
     * where logits are not.
     *
     * @param original the model's own loss over the T - 1 next tokens of each context
     * @param replaced in the order of the ends
     */
    public record Comparison(NextTokenLoss original, List<ReplacedLoss> replaced) {

        public Comparison {
            requireNonNull(original, "original is null");
            replaced = List.copyOf(replaced);
        }
    }

    /**
     * Runs to the end, beyond all sites, and compares what was tried with the model's own end. The
     * model's logits are computed once, those of each branch once, a tile of each at a time.
     */
    public Comparison compare(List<BranchingPass.Branch> branches) {
        try (NDManager inner = scope.newSubManager()) {
            return comparison(
                    divergences.compare(List.of(ends(branches, inner)), () -> {}).getFirst());
        }
    }

    /** Runs to the end, and returns what is to be compared there, in views in the scope. */
    TiledDivergences.Ends ends(List<BranchingPass.Branch> branches, NDManager inner) {
        List<NDArray> others = branches.stream().map(it -> rows(it.end(), inner)).toList();
        return new TiledDivergences.Ends(rows(pass.end(), inner), others, nextTokens());
    }

    /** Returns what a comparison has found. */
    Comparison comparison(TiledDivergences.Found found) {
        long tokenCount = tokens.getShape().size();
        long predictions = tokenCount - tokens.getShape().get(0);
        return new Comparison(
                new NextTokenLoss(found.originalLoss(), predictions),
                found.others().stream()
                        .map(
                                it ->
                                        new ReplacedLoss(
                                                new NextTokenLoss(it.loss(), predictions),
                                                new Divergence(it.divergence(), tokenCount)))
                        .toList());
    }

    /**
     * Runs to the end, beyond all sites, and returns the end of the residual stream (B, T, D),
     * which is the pass's.
     */
    public NDArray end() {
        return pass.end(); // (B, T, D)
    }

    /**
     * Returns the logits (n, V) that an end gives at some tokens of the batch, for the caller to
     * close.
     *
     * @param end what {@link #end} or {@link BranchingPass.Branch#end} has returned, (B, T, D)
     * @param places which tokens, each counted over the contexts one after the other, (n)
     */
    public NDArray logits(NDArray end, long[] places) {
        try (NDManager inner = scope.newSubManager()) {
            NDArray wanted = rows(end, inner).get(inner.create(places)); // (n, D)
            wanted.attach(inner);
            NDArray logits = transformer.logits(wanted); // (n, V)
            logits.attach(scope);
            return logits;
        }
    }

    private static NDArray rows(NDArray end, NDManager scope) {
        NDArray rows = end.reshape(-1, end.getShape().get(2)); // (N, D)
        rows.attach(scope);
        return rows;
    }

    /** Returns the token after each; -1 after the last one of a context. */
    private long[] nextTokens() {
        long length = tokens.getShape().get(1);
        long[] ids = tokens.toLongArray();
        long[] next = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            next[i] = (i + 1) % length == 0 ? -1 : ids[i + 1];
        }
        return next;
    }

    @Override
    public void close() {
        scope.close();
    }
}
