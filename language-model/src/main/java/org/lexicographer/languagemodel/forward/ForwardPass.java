package org.lexicographer.languagemodel.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.lexicographer.pipeline.Site;

/**
 * One run of token ids through a layers. Observing, replacing and running to the end are the same
 * path: every value passes {@link #visit} at its site, where it may be replaced and is then noted
 * if wanted.
 *
 * <p>Each block has a native scope of its own, so that its temporaries die with it; observed values
 * live in the pass's scope until they are handed over.
 */
public final class ForwardPass {

    private final Layers layers;
    private final Values border;
    private final NDManager scope;
    private final Map<Site, UnaryOperator<NDArray>> replacements;
    private final TreeSet<Site> wanted = new TreeSet<>();
    private final Map<Site, NDArray> observed = new TreeMap<>();
    private BiConsumer<Site, NDArray> noting = observed::put;
    private Positions positions;

    /**
     * Creates a pass whose arrays all belong to the scope.
     *
     * @param layers those that the pass comes to
     * @param replacements what to put in place of the value at a site, see {@link
     *     org.lexicographer.languagemodel.LanguageModel}
     */
    public ForwardPass(
            Layers layers, NDManager scope, Map<Site, UnaryOperator<NDArray>> replacements) {
        this.layers = layers;
        this.border = new Values(layers.bfloat16());
        this.scope = scope;
        this.replacements = replacements;
    }

    /** Where a pass begins. */
    public sealed interface Start {

        /**
         * The tokens.
         *
         * @param ids (B, T) int64 in the pass's scope
         * @param embedding turns them into the start of the residual stream
         */
        record Tokens(NDArray ids, Transformer.Embedding embedding) implements Start {}

        /**
         * The input of a layer.
         *
         * @param layer from 0
         * @param stream the residual stream (B, T, D) float32 in the pass's scope, which is the
         *     pass's from then on
         */
        record Stream(int layer, NDArray stream) implements Start {}
    }

    /**
     * Runs until the last of the sites is known, and no further.
     *
     * @return the value (B, T, D) at each site, each an array of its own in the pass's scope
     */
    public Map<Site, NDArray> observe(Start start, Set<Site> sites) {
        runUntil(sites, start);
        return distinct(home(observed));
    }

    /**
     * Runs until the last of the sites is known, and no further, and hands over the value (B, T, D)
     * at each site: as soon as it is known, or in the end where values are computed on a GPU, which
     * would idle while one is read.
     *
     * @param observer is given values that last until it returns
     */
    public void observe(Start start, Set<Site> sites, BiConsumer<Site, NDArray> observer) {
        if (scope.getDevice().isGpu()) {
            observe(start, sites).forEach(observer);
        } else {
            noting = observer;
            runUntil(sites, start);
        }
    }

    private void runUntil(Set<Site> sites, Start start) {
        wanted.addAll(sites);
        int lastLayer =
                wanted.stream()
                        .filter(site -> site.kind() != Site.Kind.EMBED)
                        .mapToInt(Site::layer)
                        .max()
                        .orElse(-1);
        NDArray stream = begin(start); // (B, T, D)
        for (int layer = firstLayer(start); layer < lastLayer; layer++) {
            stream = runBlock(layer, stream); // (B, T, D)
        }
        if (lastLayer >= 0) {
            runLastBlock(lastLayer, stream);
        }
    }

    /**
     * Runs through all layers.
     *
     * @return the end of the residual stream (B, T, D) in the pass's scope
     */
    public NDArray run(Start start) {
        NDArray stream = begin(start); // (B, T, D)
        for (int layer = firstLayer(start); layer < layers.size().layers(); layer++) {
            stream = runBlock(layer, stream); // (B, T, D)
        }
        return border.outside(stream, stream.getDevice(), scope); // (B, T, D)
    }

    /** Replaces the value at a site if asked to, and notes it if wanted. */
    private NDArray visit(Site site, NDArray computed) {
        UnaryOperator<NDArray> replacement = replacements.get(site);
        NDArray value =
                replacement == null ? computed : replace(site, computed, replacement); // (B, T, D)
        if (wanted.contains(site)) {
            NDManager owner = value.getManager();
            noting.accept(site, border.outside(value, value.getDevice(), owner));
        }
        return value;
    }

    private NDArray replace(Site site, NDArray computed, UnaryOperator<NDArray> replacement) {
        NDManager owner = computed.getManager();
        NDArray own = border.outside(computed, scope.getDevice(), owner); // (B, T, D)
        NDArray value = replacement.apply(own); // (B, T, D)
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
        value.attach(owner);
        return border.inside(value, computed.getDevice(), owner); // (B, T, D)
    }

    private static int firstLayer(Start start) {
        return switch (start) {
            case Start.Tokens tokens -> 0;
            case Start.Stream(int layer, NDArray stream) -> layer;
        };
    }

    /** Returns the input of the first layer that is run (B, T, D). */
    private NDArray begin(Start start) {
        Device first = layers.device(firstLayer(start));
        return switch (start) {
            case Start.Tokens(NDArray ids, Transformer.Embedding embedding) -> {
                positions = positions(ids);
                NDArray there = Views.on(first, ids, scope); // (B, T)
                yield visit(
                        new Site(0, Site.Kind.EMBED),
                        embedding.embed(there, positions.on(first))); // (B, T, D)
            }
            case Start.Stream(int layer, NDArray stream) -> {
                positions = positions(stream);
                yield border.inside(stream, first, scope); // (B, T, D)
            }
        };
    }

    private Positions positions(NDArray contexts) {
        return new Positions(scope, Math.toIntExact(contexts.getShape().get(1)));
    }

    private NDArray runBlock(int layer, NDArray input) {
        try (NDManager blockScope = scope.newSubManager(layers.device(layer))) {
            BlockSites sites = enter(layer, input, blockScope);
            NDArray output = sites.get(Site.Kind.RESID_POST); // (B, T, D)
            wantedIn(layer).forEach(site -> sites.get(site.kind()));
            output.attach(scope);
            observed.values().forEach(value -> value.attach(scope));
            return output;
        }
    }

    private void runLastBlock(int layer, NDArray input) {
        try (NDManager blockScope = scope.newSubManager(layers.device(layer))) {
            BlockSites sites = enter(layer, input, blockScope);
            wantedIn(layer).forEach(site -> sites.get(site.kind()));
            observed.values().forEach(value -> value.attach(scope));
        }
    }

    /** Moves the input into the block's scope: the temporaries of an array join its manager. */
    private BlockSites enter(int layer, NDArray input, NDManager blockScope) {
        Device device = layers.device(layer);
        input.attach(blockScope);
        Block block = layers.block(layer, blockScope);
        return new BlockSites(this::visit, positions.on(device), layer, block)
                .enter(border.moved(input, device, blockScope));
    }

    private Set<Site> wantedIn(int layer) {
        return wanted.subSet(
                new Site(layer, Site.Kind.RESID_PRE),
                true,
                new Site(layer, Site.Kind.RESID_POST),
                true);
    }

    /** Moves what was observed to the pass's own device. */
    private Map<Site, NDArray> home(Map<Site, NDArray> observed) {
        observed.replaceAll((site, value) -> Views.on(scope.getDevice(), value, scope));
        return observed;
    }

    /** One block's output is the next one's input: gives each site an array of its own. */
    private static Map<Site, NDArray> distinct(Map<Site, NDArray> observed) {
        Set<NDArray> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Map<Site, NDArray> values = new TreeMap<>();
        observed.forEach(
                (site, value) -> values.put(site, seen.add(value) ? value : value.duplicate()));
        return values;
    }
}
