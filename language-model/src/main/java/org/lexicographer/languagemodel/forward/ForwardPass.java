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
 * One run of token ids through a transformer. Observing, replacing and running to the end are the
 * same path: every value passes {@link #visit} at its site, where it may be replaced and is then
 * noted if wanted.
 *
 * <p>Each block has a native scope of its own, so that its temporaries die with it; observed values
 * live in the pass's scope until they are handed over.
 */
public final class ForwardPass {

    private final Transformer transformer;
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
     * @param replacements what to put in place of the value at a site, see {@link
     *     org.lexicographer.languagemodel.LanguageModel}
     */
    public ForwardPass(
            Transformer transformer,
            NDManager scope,
            Map<Site, UnaryOperator<NDArray>> replacements) {
        this.transformer = transformer;
        this.border = new Values(transformer.bfloat16());
        this.scope = scope;
        this.replacements = replacements;
    }

    /**
     * Runs until the last of the sites is known, and no further.
     *
     * @param tokens ids (B, T) int64 in the pass's scope
     * @return the value (B, T, D) at each site, each an array of its own in the pass's scope
     */
    public Map<Site, NDArray> observe(NDArray tokens, Set<Site> sites) {
        runUntil(sites, tokens);
        return distinct(home(observed));
    }

    /**
     * Runs until the last of the sites is known, and no further, and hands over the value (B, T, D)
     * at each site: as soon as it is known, or in the end where values are computed on a GPU, which
     * would idle while one is read.
     *
     * @param tokens ids (B, T) int64 in the pass's scope
     * @param observer is given values that last until it returns
     */
    public void observe(NDArray tokens, Set<Site> sites, BiConsumer<Site, NDArray> observer) {
        if (scope.getDevice().isGpu()) {
            observe(tokens, sites).forEach(observer);
        } else {
            noting = observer;
            runUntil(sites, tokens);
        }
    }

    private void runUntil(Set<Site> sites, NDArray tokens) {
        wanted.addAll(sites);
        int lastLayer =
                wanted.stream()
                        .filter(site -> site.kind() != Site.Kind.EMBED)
                        .mapToInt(Site::layer)
                        .max()
                        .orElse(-1);
        NDArray stream = embed(tokens); // (B, T, D)
        for (int layer = 0; layer < lastLayer; layer++) {
            stream = runBlock(layer, stream); // (B, T, D)
        }
        if (lastLayer >= 0) {
            runLastBlock(lastLayer, stream);
        }
    }

    /**
     * Runs through all layers.
     *
     * @param tokens ids (B, T) int64 in the pass's scope
     * @return the end of the residual stream (B, T, D) in the pass's scope
     */
    public NDArray run(NDArray tokens) {
        NDArray stream = embed(tokens); // (B, T, D)
        for (int layer = 0; layer < transformer.size().layers(); layer++) {
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

    private NDArray embed(NDArray tokens) {
        positions = new Positions(scope, Math.toIntExact(tokens.getShape().get(1)));
        Device first = transformer.device(0);
        NDArray ids = Views.on(first, tokens, scope); // (B, T)
        return visit(
                new Site(0, Site.Kind.EMBED),
                transformer.embedding().embed(ids, positions.on(first))); // (B, T, D)
    }

    private NDArray runBlock(int layer, NDArray input) {
        try (NDManager blockScope = scope.newSubManager(transformer.device(layer))) {
            BlockSites sites = enter(layer, input, blockScope);
            NDArray output = sites.get(Site.Kind.RESID_POST); // (B, T, D)
            wantedIn(layer).forEach(site -> sites.get(site.kind()));
            output.attach(scope);
            observed.values().forEach(value -> value.attach(scope));
            return output;
        }
    }

    private void runLastBlock(int layer, NDArray input) {
        try (NDManager blockScope = scope.newSubManager(transformer.device(layer))) {
            BlockSites sites = enter(layer, input, blockScope);
            wantedIn(layer).forEach(site -> sites.get(site.kind()));
            observed.values().forEach(value -> value.attach(scope));
        }
    }

    /** Moves the input into the block's scope: the temporaries of an array join its manager. */
    private BlockSites enter(int layer, NDArray input, NDManager blockScope) {
        Device device = transformer.device(layer);
        input.attach(blockScope);
        Block block = transformer.block(layer, blockScope);
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
