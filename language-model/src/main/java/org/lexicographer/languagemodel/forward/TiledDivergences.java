package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lexicographer.languagemodel.forward.TiledLoss.TileSize;
import org.lexicographer.languagemodel.kernel.DivergenceKernel;

/**
 * How far the ends of other residual streams are from the end of one, in what they say of tokens,
 * without all of their logits at once; those of the one are made once for all others. See {@link
 * DivergenceKernel} for what is kept of each row; on a GPU it is kept in arrays of float32.
 */
public final class TiledDivergences {

    private final Transformer.Unembedding unembedding;
    private final int vocabularySize;

    /**
     * What was found.
     *
     * @param originalLoss the sum of -ln p(target) over the rows that have one
     * @param others what was found of the other streams
     */
    public record Found(double originalLoss, List<OfOther> others) {}

    /**
     * What was found of another stream; not finite where its logits are not.
     *
     * @param loss the sum of -ln p'(target) over the rows that have one
     * @param divergence the sum of KL(p || p') over all rows
     */
    public record OfOther(double loss, double divergence) {}

    public TiledDivergences(Transformer transformer) {
        this(transformer.unembedding(), transformer.size().vocabularySize());
    }

    TiledDivergences(Transformer.Unembedding unembedding, int vocabularySize) {
        this.unembedding = unembedding;
        this.vocabularySize = vocabularySize;
    }

    /**
     * Ends of residual streams that are compared with each other.
     *
     * @param original (N, D)
     * @param others each (N, D), in any managers
     * @param targets token ids, N; -1 where there is none
     */
    public record Ends(NDArray original, List<NDArray> others, long[] targets) {

        /** Takes the arrays as they are. */
        public Ends {
            others = List.copyOf(others);
        }
    }

    /**
     * Compares ends of the residual stream, as {@link #compare(List, Runnable)} does those of many.
     */
    public Found compare(NDArray original, List<NDArray> others, long[] targets) {
        return compare(List.of(new Ends(original, others, targets)), () -> {}).getFirst();
    }

    /**
     * Compares the ends of several batches, each by itself. On a CPU a tile of the vocabulary's
     * table is made once for all of them.
     *
     * @param watch runs before each part of the work; what it throws ends it
     */
    public List<Found> compare(List<Ends> batches, Runnable watch) {
        NDArray first = batches.getFirst().original(); // (N, D)
        if (first.getDevice().isGpu()) {
            return batches.stream()
                    .map(
                            it -> {
                                watch.run();
                                return compareInTiles(
                                        it.original(), it.others(), it.targets(), TileSize.GPU);
                            })
                    .toList();
        }
        try (NDManager scope = first.getManager().newSubManager()) {
            List<DivergenceKernel> kernels =
                    batches.stream().map(ends -> kernel(ends, scope)).toList();
            for (int from = 0; from < vocabularySize; from += Transformer.VOCABULARY_TILE) {
                int to = Math.min(vocabularySize, from + Transformer.VOCABULARY_TILE);
                try (NDManager tile = scope.newSubManager()) {
                    for (DivergenceKernel kernel : kernels) {
                        watch.run();
                        unembedding.addTo(kernel, from, to, tile);
                    }
                }
            }
            List<Found> found = new ArrayList<>();
            for (int i = 0; i < kernels.size(); i++) {
                found.add(found(kernels.get(i), batches.get(i).others().size()));
            }
            return found;
        }
    }

    private DivergenceKernel kernel(Ends ends, NDManager scope) {
        List<NDArray> rest = ends.others().stream().map(it -> normalized(it, scope)).toList();
        return unembedding.divergences(normalized(ends.original(), scope), rest, ends.targets());
    }

    private static Found found(DivergenceKernel kernel, int others) {
        List<OfOther> found = new ArrayList<>();
        for (int i = 0; i < others; i++) {
            found.add(new OfOther(kernel.loss(i), kernel.divergence(i)));
        }
        return new Found(kernel.originalLoss(), found);
    }

    Found compareInTiles(NDArray original, List<NDArray> others, long[] targets, TileSize size) {
        try (NDManager scope = original.getManager().newSubManager()) {
            List<NDArray> rest = others.stream().map(it -> normalized(it, scope)).toList();
            return inTiles(normalized(original, scope), rest, targets, size);
        }
    }

    private NDArray normalized(NDArray rows, NDManager scope) {
        return unembedding.normalize(Views.in(scope, rows)); // (N, D)
    }

    private Found inTiles(NDArray original, List<NDArray> others, long[] targets, TileSize size) {
        double originalLoss = 0;
        double[] losses = new double[others.size()];
        double[] divergences = new double[others.size()];
        for (int start = 0; start < targets.length; start += size.rows()) {
            int end = Math.min(targets.length, start + size.rows());
            try (NDManager scope = original.getManager().newSubManager()) {
                NDIndex part = new NDIndex("%d:%d".formatted(start, end));
                long[] next = Arrays.copyOfRange(targets, start, end);
                RowsOfStream first = new RowsOfStream(original.get(scope, part), next);
                List<RowsOfStream> rest =
                        others.stream()
                                .map(it -> new RowsOfStream(it.get(scope, part), next))
                                .toList();
                addTokens(first, rest, size.tokens());
                originalLoss += first.loss();
                for (int i = 0; i < losses.length; i++) {
                    losses[i] += rest.get(i).loss();
                    divergences[i] += rest.get(i).divergenceFrom(first);
                }
            }
        }
        List<OfOther> found = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            found.add(new OfOther(losses[i], divergences[i]));
        }
        return new Found(originalLoss, found);
    }

    private void addTokens(RowsOfStream first, List<RowsOfStream> rest, int tokens) {
        for (int from = 0; from < vocabularySize; from += tokens) {
            int to = Math.min(vocabularySize, from + tokens);
            try (NDManager scope = first.rows.getManager().newSubManager()) {
                NDArray logits = logits(first, from, to, scope); // (n, v)
                NDArray shrinking = first.add(logits, from); // (n, 1)
                NDArray weights = logits.sub(first.largest).exp(); // (n, v)
                for (RowsOfStream other : rest) {
                    try (NDManager inner = scope.newSubManager()) {
                        NDArray others = logits(other, from, to, inner); // (n, v)
                        NDArray differences = Views.in(inner, logits).sub(others); // (n, v)
                        other.addDifferences(differences.muli(weights), shrinking);
                        other.add(others, from);
                    }
                }
            }
        }
    }

    private NDArray logits(RowsOfStream stream, int from, int to, NDManager scope) {
        return unembedding.logits(Views.in(scope, stream.rows), from, to); // (n, v)
    }

    /** Some rows of a stream, over the tokens that were added so far, in their manager. */
    private static final class RowsOfStream {
        private static final int[] OVER_TOKENS = {1};

        private final NDArray rows; // (n, D)
        private final long[] targets;
        private final NDArray places; // (n, 1), 0 where there is no target
        private NDArray largest; // (n, 1)
        private NDArray exponentials; // (n, 1)
        private NDArray picked; // (n, 1)
        private NDArray differences; // (n, 1)

        RowsOfStream(NDArray rows, long[] targets) {
            NDManager owner = rows.getManager();
            this.rows = rows;
            this.targets = targets;
            this.places = owner.create(targets).reshape(-1, 1); // (n, 1)
            this.largest = owner.full(places.getShape(), Float.NEGATIVE_INFINITY); // (n, 1)
            this.exponentials = owner.zeros(places.getShape()); // (n, 1)
            this.picked = owner.zeros(places.getShape()); // (n, 1)
            this.differences = owner.zeros(places.getShape()); // (n, 1)
        }

        /** Adds logits (n, v); returns what earlier sums were multiplied by, in their manager. */
        NDArray add(NDArray logits, int from) {
            NDManager scope = logits.getManager();
            NDArray place = Views.in(scope, places).sub(from); // (n, 1)
            NDArray inside = place.clip(0, logits.getShape().get(1) - 1); // (n, 1)
            NDArray found =
                    NDArrays.where(place.eq(inside), logits.gather(inside, 1), picked); // (n, 1)
            NDArray larger = NDArrays.maximum(logits.max(OVER_TOKENS, true), largest); // (n, 1)
            NDArray shrinking = Views.in(scope, largest).sub(larger).exp(); // (n, 1)
            NDArray sum = logits.sub(larger).exp().sum(OVER_TOKENS, true); // (n, 1)
            picked = kept(picked, found); // (n, 1)
            exponentials = kept(exponentials, shrinking.mul(exponentials).addi(sum)); // (n, 1)
            largest = kept(largest, larger); // (n, 1)
            return shrinking; // (n, 1)
        }

        void addDifferences(NDArray weighed, NDArray shrinking) {
            NDArray sum = weighed.sum(OVER_TOKENS, true); // (n, 1)
            NDArray before = Views.in(sum.getManager(), differences).mul(shrinking); // (n, 1)
            differences = kept(differences, before.addi(sum)); // (n, 1)
        }

        private static NDArray kept(NDArray before, NDArray now) {
            now.attach(before.getManager());
            before.close();
            return now;
        }

        double loss() {
            float[] most = largest.toFloatArray();
            float[] sums = exponentials.toFloatArray();
            float[] target = picked.toFloatArray();
            double total = 0;
            for (int row = 0; row < targets.length; row++) {
                if (targets[row] >= 0) {
                    total += Math.log(sums[row]) + ((double) most[row] - target[row]);
                }
            }
            return total;
        }

        double divergenceFrom(RowsOfStream original) {
            float[] most = largest.toFloatArray();
            float[] sums = exponentials.toFloatArray();
            float[] originalMost = original.largest.toFloatArray();
            float[] originalSums = original.exponentials.toFloatArray();
            float[] weighed = differences.toFloatArray();
            double total = 0;
            for (int row = 0; row < targets.length; row++) {
                total +=
                        (double) weighed[row] / originalSums[row]
                                + Math.log(sums[row])
                                - Math.log(originalSums[row])
                                + ((double) most[row] - originalMost[row]);
            }
            return total;
        }
    }
}
