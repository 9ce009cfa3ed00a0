package org.lexicographer.languagemodel.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.Site;

/**
 * One run of token ids through a transformer, from whose sites any number of runs branch off that
 * have another value there. What lies below a site is computed once, and so is what lies beside it
 * in its block; a branch computes what depends on the site, with the same operations on arrays of
 * the same shapes, so that a branch with an equal value ends with the same bits.
 *
 * <p>The pass goes down the layers and never back, and its branches go with it: a layer is put
 * together once for all of them. Besides the start of the present layer it keeps that layer's
 * values, some ten arrays (B, T, D), and of each branch the start of the layer.
 */
public final class BranchingPass {

    private static final int BEFORE_THE_LAYERS = -1;

    private final Transformer transformer;
    private final Values border;
    private final NDManager scope;
    private final Positions positions;
    private final List<Branch> branches = new ArrayList<>();
    private int layer = BEFORE_THE_LAYERS;
    private NDArray stream;
    private Optional<NDArray> end = Optional.empty();
    private NDManager blockScope;
    private Block block;
    private BlockSites sites;
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

    /** A run that has had another value at a site. */
    public final class Branch {
        private final int parted;
        private NDArray stream;
        private Optional<NDArray> end = Optional.empty();

        private Branch(NDArray stream) {
            this.parted = layer;
            this.stream = stream;
        }

        /** Runs the pass to its end and returns the end of the branch's stream (B, T, D). */
        public NDArray end() {
            advanceTo(transformer.size().layers());
            if (end.isEmpty()) {
                end = Optional.of(ended(stream));
            }
            return end.get(); // (B, T, D)
        }

        private void run() {
            Device device = transformer.device(layer);
            try (NDManager inner = scope.newSubManager(device)) {
                stream.attach(inner);
                stream =
                        new BlockSites(BlockSites.Visitor.NONE, positions.on(device), layer, block)
                                .enter(border.moved(stream, device, inner))
                                .get(Site.Kind.RESID_POST); // (B, T, D)
                stream.attach(scope);
            }
        }
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
                                        sites.get(kind),
                                        scope.getDevice(),
                                        blockScope)); // its width
    }

    /**
     * Begins a branch with another value at a site, which goes down the layers with the pass.
     *
     * @param value of the site's shape, which stays the caller's
     * @throws IllegalStateException when the pass is beyond the site's layer
     */
    public Branch branch(Site site, NDArray value) {
        advanceTo(layerOf(site));
        try (NDManager branchScope = scope.newSubManager()) {
            NDArray parted = branched(site, value, branchScope); // (B, T, D)
            parted.attach(scope);
            Branch branch = new Branch(parted);
            branches.add(branch);
            return branch;
        }
    }

    private NDArray branched(Site site, NDArray value, NDManager branchScope) {
        if (layer == BEFORE_THE_LAYERS) {
            return border.inside(
                    Views.in(branchScope, value), transformer.device(0), branchScope); // (B, T, D)
        }
        // What no branch changes is computed before they part.
        sites.get(Site.Kind.RESID_POST);
        NDArray there =
                border.inside(value, transformer.device(layer), branchScope); // like the value
        return sites.with(site.kind(), there, branchScope).get(Site.Kind.RESID_POST); // (B, T, D)
    }

    /** Runs to the end and returns the end of the residual stream (B, T, D), the pass's. */
    public NDArray end() {
        advanceTo(transformer.size().layers());
        if (end.isEmpty()) {
            end = Optional.of(ended(stream));
        }
        return end.get(); // (B, T, D)
    }

    /** Nothing needs the stream in bfloat16 beside the end that was made of it. */
    private NDArray ended(NDArray last) {
        NDArray outside = border.outside(last, last.getDevice(), scope); // (B, T, D)
        if (outside != last) {
            last.close();
        }
        return outside; // (B, T, D)
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
            leave();
            if (layer + 1 == transformer.size().layers()) {
                seen.clear();
                layer++;
            } else {
                NDManager inner = scope.newSubManager(transformer.device(layer + 1));
                enter(transformer.block(layer + 1, inner), inner);
            }
        }
    }

    /**
     * Enters the next layer, of which somebody else has put the block together. The pass has left
     * the layer before it, and {@linkplain #leave leaves} this one before the block goes.
     */
    public void enter(Block next) {
        enter(next, scope.newSubManager(transformer.device(layer + 1)));
    }

    /** Moves the input into the block's scope: the temporaries of an array join its manager. */
    private void enter(Block next, NDManager inner) {
        seen.clear();
        layer++;
        block = next;
        blockScope = inner;
        Device device = transformer.device(layer);
        stream.attach(inner);
        sites =
                new BlockSites(BlockSites.Visitor.NONE, positions.on(device), layer, block)
                        .enter(border.moved(stream, device, inner));
    }

    /** Runs through the present layer, if the pass is in one, and so do the branches. */
    public void leave() {
        if (sites == null) {
            return;
        }
        branches.stream().filter(branch -> branch.parted < layer).forEach(Branch::run);
        stream = sites.get(Site.Kind.RESID_POST); // (B, T, D)
        stream.attach(scope);
        seen.clear();
        blockScope.close();
        block = null;
        sites = null;
    }
}
