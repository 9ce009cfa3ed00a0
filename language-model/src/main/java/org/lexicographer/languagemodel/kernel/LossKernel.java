package org.lexicographer.languagemodel.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Tiles;
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
    private final RowLosses losses;

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
        this.losses = new RowLosses(targets.length);
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
            Workers workers = Workers.shared();
            Tiles tiles = Tiles.of(rows.count(), workers.threads());
            workers.run(
                    tiles.count(),
                    (tile, worker) ->
                            new Tile(tiles.first(tile), tiles.rows(tile)).add(panels, first));
        }
    }

    /** One tile of rows, on one thread. */
    private final class Tile {
        private final int firstRow;
        private final int count;
        private final TileProduct product = TileProduct.ofThread(rows.width());
        private final Softmax softmax = new Softmax();

        Tile(int firstRow, int count) {
            this.firstRow = firstRow;
            this.count = count;
        }

        void add(Panels panels, int firstToken) {
            product.load(rows, firstRow, count);
            for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
                product.multiply(panels, panel, panels.groupAt(panel));
                int first = panel * Panels.WIDTH;
                int length = Math.min(TileProduct.STRIDE, panels.rows() - first);
                for (int i = 0; i < count; i++) {
                    int row = firstRow + i;
                    long target = targets[row] - firstToken - first;
                    RowLosses.Logits logits =
                            new RowLosses.Logits(
                                    product.products(), i * TileProduct.STRIDE, length);
                    cap.apply(logits.values(), logits.at(), logits.end());
                    losses.add(softmax, row, logits, target);
                }
            }
        }
    }

    /**
     * Returns the sum over rows of -ln p(target). A logit that is infinite or no number leaves no
     * finite sum.
     */
    public double sum() {
        double total = 0;
        for (int row = 0; row < targets.length; row++) {
            total += losses.loss(row);
        }
        return total;
    }
}
