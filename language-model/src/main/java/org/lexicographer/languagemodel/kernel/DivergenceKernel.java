package org.lexicographer.languagemodel.kernel;

import static org.lexicographer.kernel.Lanes.COUNT;
import static org.lexicographer.kernel.Lanes.FLOATS;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;

/**
 * How far the next tokens' distributions under some streams are from those under one of them, the
 * original, beside the loss of each; of the logits no more than a tile exists at a time, and those
 * of the original are computed once for all others.
 *
 * <p>With z the original's logits and m their maximum so far, the sum of exp(z - m) (z - z') is
 * kept for each row of another stream with logits z'; with the two normalisers it is KL(p || p') =
 * sum p (z - z') + ln sum exp(z') - ln sum exp(z). Sums of more than {@link TileProduct#STRIDE}
 * numbers are float64. Losses are the same bits as {@link LossKernel}'s. For use by one thread.
 */
public final class DivergenceKernel {

    private final long[] targets;
    private final RowFunction cap;
    private final Rows original;
    private final RowLosses originalLosses;
    private final List<Other> others;

    /** Another stream and what is known of it. */
    private record Other(Rows rows, RowLosses losses, double[] differences) {

        static Other of(NDArray stream) {
            Rows rows = Rows.of(stream);
            return new Other(rows, new RowLosses(rows.count()), new double[rows.count()]);
        }
    }

    /**
     * Begins with no tokens.
     *
     * @param original (N, D) contiguous, which must stay as long as the kernel is used
     * @param others streams of the same shape, likewise
     * @param targets token ids, N; -1 where there is none
     * @param cap of the logits
     */
    public DivergenceKernel(
            NDArray original, List<NDArray> others, long[] targets, RowFunction cap) {
        this.targets = targets;
        this.cap = cap;
        this.original = Rows.of(original);
        this.originalLosses = new RowLosses(targets.length);
        this.others = others.stream().map(Other::of).toList();
    }

    /**
     * Adds tokens.
     *
     * @param table their rows (tokens, D) contiguous
     * @param first the first token's id
     */
    public void add(NDArray table, int first) {
        try (NDManager scope = table.getManager().newSubManager()) {
            Panels panels = ScopedPanels.ofRows(Rows.of(table), scope);
            Workers.shared()
                    .run(
                            TileProduct.tiles(original.count()),
                            (tile, worker) -> new Tile(panels, first, tile).add());
        }
    }

    /** One tile of rows, on one thread. */
    private final class Tile {
        private final Panels panels;
        private final int firstToken;
        private final int tile;
        private final int groups;
        private final TileProduct product = TileProduct.ofThread(original.width());
        private final Softmax softmax = new Softmax();
        private final float[] lanes = new float[COUNT];

        /** The original's logits and their exponentials, of group after group. */
        private final float[] logits;

        private final float[] weights;

        /** What sums are multiplied by before a group, (groups, ROWS). */
        private final double[] shrinking;

        Tile(Panels panels, int firstToken, int tile) {
            this.groups = Math.ceilDiv(panels.count(), TileProduct.PANELS);
            this.panels = panels;
            this.firstToken = firstToken;
            this.tile = tile;
            this.logits = new float[groups * TileProduct.ROWS * TileProduct.STRIDE];
            this.weights = new float[logits.length];
            this.shrinking = new double[groups * TileProduct.ROWS];
        }

        void add() {
            int first = tile * TileProduct.ROWS;
            int count = Math.min(TileProduct.ROWS, original.count() - first);
            product.load(original, first, count);
            for (int group = 0; group < groups; group++) {
                multiply(group);
                for (int i = 0; i < count; i++) {
                    addOriginal(group, i);
                }
            }
            for (Other other : others) {
                product.load(other.rows(), first, count);
                for (int group = 0; group < groups; group++) {
                    multiply(group);
                    for (int i = 0; i < count; i++) {
                        add(other, group, i);
                    }
                }
            }
        }

        private void multiply(int group) {
            int panel = group * TileProduct.PANELS;
            product.multiply(panels, panel, panels.groupAt(panel));
        }

        private void addOriginal(int group, int i) {
            RowLosses.Logits found = logits(group, i);
            int keptAt = kept(group, i);
            cap.apply(found.values(), found.at(), found.end());
            System.arraycopy(found.values(), found.at(), logits, keptAt, found.length());
            shrinking[group * TileProduct.ROWS + i] =
                    originalLosses.add(softmax, row(i), found, target(group, i));
            int padded = found.end() - found.at();
            System.arraycopy(found.values(), found.at(), weights, keptAt, padded);
        }

        private void add(Other other, int group, int i) {
            RowLosses.Logits found = logits(group, i);
            cap.apply(found.values(), found.at(), found.end());
            Arrays.fill(found.values(), found.at() + found.length(), found.end(), 0);
            double[] sums = other.differences();
            sums[row(i)] =
                    sums[row(i)] * shrinking[group * TileProduct.ROWS + i]
                            + weighed(found, kept(group, i));
            other.losses().add(softmax, row(i), found, target(group, i));
        }

        private RowLosses.Logits logits(int group, int i) {
            int length = Math.min(TileProduct.STRIDE, panels.rows() - group * TileProduct.STRIDE);
            return new RowLosses.Logits(product.products(), i * TileProduct.STRIDE, length);
        }

        /** Returns the sum of the original's exponentials times how far its logits are above. */
        private float weighed(RowLosses.Logits others, int keptAt) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = others.at(); i < others.end(); i += COUNT) {
                int kept = keptAt + i - others.at();
                sum =
                        FloatVector.fromArray(FLOATS, logits, kept)
                                .sub(FloatVector.fromArray(FLOATS, others.values(), i))
                                .fma(FloatVector.fromArray(FLOATS, weights, kept), sum);
            }
            sum.intoArray(lanes, 0);
            return Lanes.sum(lanes, 0);
        }

        private int kept(int group, int i) {
            return (group * TileProduct.ROWS + i) * TileProduct.STRIDE;
        }

        private int row(int i) {
            return tile * TileProduct.ROWS + i;
        }

        private long target(int group, int i) {
            return targets[row(i)] - firstToken - (long) group * TileProduct.STRIDE;
        }
    }

    /** Returns the sum of -ln p(target) under the original, over the rows that have a target. */
    public double originalLoss() {
        return loss(originalLosses);
    }

    /** Returns the sum of -ln p'(target) under another stream, over the rows that have a target. */
    public double loss(int other) {
        return loss(others.get(other).losses());
    }

    private double loss(RowLosses losses) {
        double total = 0;
        for (int row = 0; row < targets.length; row++) {
            if (targets[row] >= 0) {
                total += losses.loss(row);
            }
        }
        return total;
    }

    /**
     * Returns the sum over all rows of KL(p || p') in nats, p being the original's distribution, p'
     * that of another stream. A logit that is infinite or no number leaves no finite sum.
     */
    public double divergence(int other) {
        Other it = others.get(other);
        double total = 0;
        for (int row = 0; row < targets.length; row++) {
            total +=
                    it.differences()[row] / originalLosses.exponentials(row)
                            + it.losses().logSumBeyond(originalLosses, row);
        }
        return total;
    }
}
