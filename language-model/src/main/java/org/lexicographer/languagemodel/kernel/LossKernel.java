package org.lexicographer.languagemodel.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;

/**
 * The cross-entropy of tokens under products with a table of one row per token, of which no more
 * than a tile exists at a time: of each row only the largest logit m so far, the sum of exp(logit -
 * m) and the target's logit are kept (the running maximum of <a
 * href="https://arxiv.org/abs/1805.02867">Milakov, Gimelshein 2018, algorithm 3</a>). Logits and
 * their exponentials are float32, sums of more than {@link TileProduct#STRIDE} of them float64. For
 * use by one thread.
 */
public final class LossKernel {

    private final Rows rows;
    private final long[] targets;
    private final RowFunction cap;
    private final float[] largest;
    private final double[] exponentials;
    private final float[] picked;

    /**
     * Begins with no tokens.
     *
     * @param rows (N, D) contiguous, which must stay as long as the kernel is used
     * @param targets token ids, N
     * @param cap of the logits
     */
    public LossKernel(NDArray rows, long[] targets, RowFunction cap) {
        this.rows = Rows.of(rows);
        this.targets = targets;
        this.cap = cap;
        this.largest = new float[targets.length];
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        this.exponentials = new double[targets.length];
        this.picked = new float[targets.length];
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
                            TileProduct.tiles(rows.count()),
                            (tile, worker) -> new Tile().add(panels, first, tile));
        }
    }

    /** One tile of rows, on one thread. */
    private final class Tile {
        private final TileProduct product = TileProduct.ofThread(rows.width());
        private final Softmax softmax = new Softmax();

        void add(Panels panels, int firstToken, int tile) {
            int count = Math.min(TileProduct.ROWS, rows.count() - tile * TileProduct.ROWS);
            product.load(rows, tile * TileProduct.ROWS, count);
            for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
                product.multiply(panels, panel, panels.groupAt(panel));
                int first = panel * Panels.WIDTH;
                int length = Math.min(TileProduct.STRIDE, panels.rows() - first);
                for (int i = 0; i < count; i++) {
                    int row = tile * TileProduct.ROWS + i;
                    long target = targets[row] - firstToken - first;
                    addRow(row, i * TileProduct.STRIDE, length, target);
                }
            }
        }

        private void addRow(int row, int at, int length, long target) {
            float[] logits = product.products();
            int end = at + Lanes.padded(length);
            cap.apply(logits, at, end);
            if (target >= 0 && target < length) {
                picked[row] = logits[at + (int) target];
            }
            Arrays.fill(logits, at + length, end, Float.NEGATIVE_INFINITY);
            float larger = Math.max(largest[row], softmax.largest(logits, at, end));
            double shrinking = Math.exp((double) largest[row] - larger);
            exponentials[row] =
                    exponentials[row] * shrinking + softmax.exponentials(logits, at, end, larger);
            largest[row] = larger;
        }
    }

    /**
     * Returns the sum over rows of -ln p(target). A logit that is infinite or no number leaves no
     * finite sum.
     */
    public double sum() {
        double total = 0;
        for (int row = 0; row < targets.length; row++) {
            total += Math.log(exponentials[row]) + ((double) largest[row] - picked[row]);
        }
        return total;
    }
}
