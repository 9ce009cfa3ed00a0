package org.lexicographer.languagemodel.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.EnumMap;
import java.util.Map;
import org.lexicographer.pipeline.Site;

/**
 * One run of token ids through a transformer, from whose sites any number of runs branch off that
 * have another value there. What lies below a site is computed once, and so is what lies beside it
 * in its block; a branch computes what depends on the site, with the same operations on arrays of
 * the same shapes, so that a branch with an equal value ends with the same bits.
 *
 * <p>The pass goes down the layers and never back. Besides the start of the present layer it keeps
 * that layer's values, and a branch those of one layer more: some ten arrays (B, T, D) each.
 */
public final class BranchingPass {

    private static final int BEFORE_THE_LAYERS = -1;

    private final Transformer transformer;
    private final Values border;
    private final NDManager scope;
    private final Positions positions;
    private int layer = BEFORE_THE_LAYERS;
    private NDArray stream;
    private NDManager blockScope;
    private BlockSites block;
    private final Map<Site.Kind, NDArray> seen = new EnumMap<>(Site.Kind.class);

    /**
     * Starts a pass whose arrays all belong to the scope.
     *
     * @param tokens ids (B, T) int64 in the pass's scope
     */
    public BranchingPass(Transformer transformer, NDManager scope, NDArray tokens) {
        this.transformer = transformer;
        this.border = new Values(transformer.bfloat16());
        this.scope = scope;
        this.positions = new Positions(scope, Math.toIntExact(tokens.getShape().get(1)));
        Device first = transformer.device(0);
        NDArray ids = Views.on(first, tokens, scope); // (B, T)
        this.stream = transformer.embedding().embed(ids, positions.on(first)); // (B, T, D)
    }

    /**
     * Runs until a site is known.
     *
     * @return its value (B, T, width of the site), which stays the pass's and lasts until the pass
     *     has come to another layer
     * @throws IllegalStateException when the pass is beyond the site's layer
     */
    public NDArray value(Site site) {
        advanceTo(layerOf(site));
        return seen.computeIfAbsent(
                site.kind(),
                kind ->
                        layer == BEFORE_THE_LAYERS
                                ? border.outside(stream, scope.getDevice(), scope) // (B, T, D)
                                : border.outside(
                                        block.get(kind),
                                        scope.getDevice(),
                                        blockScope)); // its width
    }

    /**
     * Runs to the end with another value at a site.
     *
     * @param value of the site's shape, which stays the caller's
     * @return the end of the residual stream (B, T, D), in the pass's scope
     * @throws IllegalStateException when the pass is beyond the site's layer
     */
    public NDArray endWith(Site site, NDArray value) {
        advanceTo(layerOf(site));
        try (NDManager branchScope = scope.newSubManager()) {
            NDArray narrow = runOn(branched(site, value, branchScope), branchScope); // (B, T, D)
            NDArray end = border.outside(narrow, narrow.getDevice(), branchScope); // (B, T, D)
            end.attach(scope);
            return end;
        }
    }

    private NDArray branched(Site site, NDArray value, NDManager branchScope) {
        if (layer == BEFORE_THE_LAYERS) {
            return border.inside(
                    Views.in(branchScope, value), transformer.device(0), branchScope); // (B, T, D)
        }
        // What no branch changes is computed before they part.
        block.get(Site.Kind.RESID_POST);
        NDArray there =
                border.inside(value, transformer.device(layer), branchScope); // like the value
        return block.with(site.kind(), there, branchScope).get(Site.Kind.RESID_POST); // (B, T, D)
    }

    private NDArray runOn(NDArray start, NDManager branchScope) {
        NDArray end = start; // (B, T, D)
        for (int next = layer + 1; next < transformer.size().layers(); next++) {
            end = run(next, end, branchScope); // (B, T, D)
        }
        return end;
    }

    private NDArray run(int next, NDArray input, NDManager branchScope) {
        try (NDManager inner = branchScope.newSubManager(transformer.device(next))) {
            NDArray output = enter(next, input, inner).get(Site.Kind.RESID_POST); // (B, T, D)
            output.attach(branchScope);
            return output;
        }
    }

    /** Runs to the end and returns the end of the residual stream (B, T, D), the pass's. */
    public NDArray end() {
        advanceTo(transformer.size().layers());
        return border.outside(stream, stream.getDevice(), scope); // (B, T, D)
    }

    private static int layerOf(Site site) {
        return site.kind() == Site.Kind.EMBED ? BEFORE_THE_LAYERS : site.layer();
    }

    private void advanceTo(int wanted) {
        if (wanted < layer) {
            throw new IllegalStateException(
                    "the pass is beyond the layer: at=%d, wanted=%d".formatted(layer, wanted));
        }
        while (layer < wanted) {
            leaveBlock();
            seen.clear();
            layer++;
            if (layer < transformer.size().layers()) {
                blockScope = scope.newSubManager(transformer.device(layer));
                block = enter(layer, stream, blockScope);
            }
        }
    }

    private void leaveBlock() {
        if (block != null) {
            stream = block.get(Site.Kind.RESID_POST); // (B, T, D)
            stream.attach(scope);
            blockScope.close();
        }
    }

    /** Moves the input into the block's scope: the temporaries of an array join its manager. */
    private BlockSites enter(int number, NDArray input, NDManager inner) {
        Device device = transformer.device(number);
        input.attach(inner);
        return new BlockSites(
                        BlockSites.Visitor.NONE,
                        positions.on(device),
                        number,
                        transformer.block(number, inner))
                .enter(border.moved(input, device, inner));
    }
}
