package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.languagemodel.forward.TiledDivergences;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.pipeline.Site;

/**
 * Batches of contexts that go through the layers together: each layer's weights are put together
 * once for all of them, and so are, on a CPU, tiles of the vocabulary's table. Each batch has the
 * bits that it has in a {@link SharedPass} of its own. For use by one thread; closing releases
 * everything.
 *
 * <p>Of each batch it holds the start of the present layer, (B, T, D), and that of every branch; of
 * one batch at a time the values of the layer.
 */
public final class SharedPasses implements AutoCloseable {

    private final Transformer transformer;
    private final NDManager scope;
    private final List<SharedPass> passes;
    private final Runnable watch;

    /** Takes passes over that are at their beginning, whose arrays belong to the scope. */
    SharedPasses(
            Transformer transformer, NDManager scope, List<SharedPass> passes, Runnable watch) {
        this.watch = requireNonNull(watch, "watch is null");
        this.transformer = requireNonNull(transformer, "transformer is null");
        this.scope = requireNonNull(scope, "scope is null");
        this.passes = List.copyOf(passes);
    }

    /** What is done where a batch has come to a site. */
    @FunctionalInterface
    public interface Stop {

        /**
         * Looks at a value, or tries others.
         *
         * @param batch its number, from 0
         * @param pass the batch's pass, which is in the layer of the site
         */
        void at(int batch, SharedPass pass, Site site);
    }

    /**
     * Runs all batches as far as the last of the sites, and no further; to be called once.
     *
     * @param stop is told of each site in the order of a pass, of each batch in turn
     */
    public void observe(SortedSet<Site> sites, Stop stop) {
        stopAtEmbedding(sites, stop);
        int last =
                sites.stream()
                        .filter(it -> !isEmbedding(it))
                        .mapToInt(Site::layer)
                        .max()
                        .orElse(-1);
        for (int layer = 0; layer <= last; layer++) {
            run(layer, sites, stop);
        }
    }

    /** Runs all batches to the end, as {@link #observe} does as far as the last site. */
    public void run(SortedSet<Site> sites, Stop stop) {
        stopAtEmbedding(sites, stop);
        for (int layer = 0; layer < transformer.size().layers(); layer++) {
            run(layer, sites, stop);
        }
    }

    private static boolean isEmbedding(Site site) {
        return site.kind() == Site.Kind.EMBED;
    }

    private void stopAtEmbedding(SortedSet<Site> sites, Stop stop) {
        sites.stream()
                .filter(SharedPasses::isEmbedding)
                .forEach(
                        site -> {
                            for (int batch = 0; batch < passes.size(); batch++) {
                                stop.at(batch, passes.get(batch), site);
                            }
                        });
    }

    private void run(int layer, SortedSet<Site> sites, Stop stop) {
        SortedSet<Site> here = new TreeSet<>(sites);
        here.removeIf(site -> isEmbedding(site) || site.layer() != layer);
        try (NDManager layerScope = scope.newSubManager(transformer.device(layer))) {
            Block block = transformer.block(layer, layerScope);
            for (int batch = 0; batch < passes.size(); batch++) {
                watch.run();
                SharedPass pass = passes.get(batch);
                pass.enter(block);
                for (Site site : here) {
                    stop.at(batch, pass, site);
                }
                pass.leave();
            }
        }
    }

    /**
     * Compares what was tried with the model's own ends, as {@link SharedPass#compare} does.
     *
     * @param branches of each batch
     */
    public List<SharedPass.Comparison> compare(List<List<BranchingPass.Branch>> branches) {
        try (NDManager inner = scope.newSubManager()) {
            List<TiledDivergences.Ends> ends = new ArrayList<>();
            for (int batch = 0; batch < passes.size(); batch++) {
                ends.add(passes.get(batch).ends(branches.get(batch), inner));
            }
            List<TiledDivergences.Found> found =
                    new TiledDivergences(transformer).compare(ends, watch);
            List<SharedPass.Comparison> comparisons = new ArrayList<>();
            for (int batch = 0; batch < passes.size(); batch++) {
                comparisons.add(passes.get(batch).comparison(found.get(batch)));
            }
            return comparisons;
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
