package org.lexicographer.languagemodel.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.languagemodel.kernel.LossKernel;

/**
 * The cross-entropy of tokens under the end of a residual stream, without all of its logits at
 * once. A CPU has a {@link LossKernel}; on a GPU they are made in tiles, and of each row only the
 * largest logit m so far, the sum of exp(logit - m) and the target's logit are kept (the running
 * maximum of <a href="https://arxiv.org/abs/1805.02867">Milakov, Gimelshein 2018, algorithm 3</a>).
 */
public final class TiledLoss {

    private final Transformer.Unembedding unembedding;
    private final int vocabularySize;

    /**
     * How much is in memory at a time where arrays are computed with.
     *
     * @param rows the most rows of a tile
     * @param tokens the most tokens of a tile
     */
    record TileSize(int rows, int tokens) {

        /** 128 MiB of logits: few calls, bounded memory. */
        static final TileSize GPU = new TileSize(4096, 8192);
    }

    public TiledLoss(Transformer transformer) {
        this.unembedding = transformer.unembedding();
        this.vocabularySize = transformer.size().vocabularySize();
    }

    /**
     * Returns the sum over rows of -ln p(target): logits and their exponentials are float32, the
     * sum over rows is float64. A logit that is infinite or no number leaves no finite sum.
     *
     * @param rows ends of the residual stream (N, D)
     * @param targets token ids (N, 1) int64
     */
    public double sum(NDArray rows, NDArray targets) {
        try (NDManager scope = rows.getManager().newSubManager()) {
            NDArray normalized = unembedding.normalize(Views.in(scope, rows)); // (N, D)
            return rows.getDevice().isGpu()
                    ? sumInTiles(
                            normalized,
                            Views.on(rows.getDevice(), targets, scope), // (N, 1)
                            TileSize.GPU)
                    : sumByKernel(normalized, targets);
        }
    }

    private double sumByKernel(NDArray normalized, NDArray targets) {
        LossKernel loss = unembedding.loss(normalized, targets.toLongArray());
        for (int from = 0; from < vocabularySize; from += Transformer.VOCABULARY_TILE) {
            int to = Math.min(vocabularySize, from + Transformer.VOCABULARY_TILE);
            try (NDManager scope = normalized.getManager().newSubManager()) {
                unembedding.addTo(loss, from, to, scope);
            }
        }
        return loss.sum();
    }

    double sumInTiles(NDArray normalized, NDArray targets, TileSize size) {
        List<RowTile> tiles = rowTiles(normalized, targets, size.rows());
        for (int from = 0; from < vocabularySize; from += size.tokens()) {
            int to = Math.min(vocabularySize, from + size.tokens());
            for (RowTile tile : tiles) {
                tile.add(from, to);
            }
        }
        return tiles.stream().mapToDouble(RowTile::sum).sum();
    }

    private List<RowTile> rowTiles(NDArray normalized, NDArray targets, int rows) {
        List<RowTile> tiles = new ArrayList<>();
        long count = normalized.getShape().get(0);
        for (long start = 0; start < count; start += rows) {
            NDIndex part = new NDIndex("%d:%d".formatted(start, Math.min(count, start + rows)));
            tiles.add(
                    new RowTile(
                            normalized.get(part), // (n, D)
                            Views.in(normalized.getManager(), targets).get(part))); // (n, 1)
        }
        return tiles;
    }

    /** Some rows, over the tokens that were added so far. Its arrays are their manager's. */
    private final class RowTile {
        private final NDArray rows; // (n, D)
        private final NDArray targets; // (n, 1)
        private NDArray largest; // (n, 1)
        private NDArray exponentials; // (n, 1)
        private NDArray picked; // (n, 1)

        RowTile(NDArray rows, NDArray targets) {
            NDManager owner = rows.getManager();
            this.rows = rows;
            this.targets = targets;
            this.largest = owner.full(targets.getShape(), Float.NEGATIVE_INFINITY); // (n, 1)
            this.exponentials = owner.zeros(targets.getShape()); // (n, 1)
            this.picked = owner.zeros(targets.getShape()); // (n, 1)
        }

        void add(int from, int to) {
            try (NDManager scope = rows.getManager().newSubManager()) {
                NDArray logits = unembedding.logits(Views.in(scope, rows), from, to); // (n, v)
                picked = kept(picked, picked(logits, from)); // (n, 1)
                NDArray larger =
                        NDArrays.maximum(logits.max(new int[] {1}, true), largest); // (n, 1)
                NDArray shrinking = larger.sub(largest).neg().exp(); // (n, 1)
                NDArray sum = logits.subi(larger).exp().sum(new int[] {1}, true); // (n, 1)
                exponentials = kept(exponentials, shrinking.muli(exponentials).addi(sum)); // (n, 1)
                largest = kept(largest, larger); // (n, 1)
            }
        }

        /** Returns the target's logit where the target is among these tokens, else what was. */
        private NDArray picked(NDArray logits, int from) {
            NDArray place = Views.in(logits.getManager(), targets).sub(from); // (n, 1)
            NDArray inside = place.clip(0, logits.getShape().get(1) - 1); // (n, 1)
            return NDArrays.where(place.eq(inside), logits.gather(inside, 1), picked); // (n, 1)
        }

        private NDArray kept(NDArray before, NDArray now) {
            now.attach(before.getManager());
            before.close();
            return now;
        }

        double sum() {
            float[] most = largest.toFloatArray();
            float[] sums = exponentials.toFloatArray();
            float[] target = picked.toFloatArray();
            double total = 0;
            for (int row = 0; row < most.length; row++) {
                total += Math.log(sums[row]) + ((double) most[row] - target[row]);
            }
            return total;
        }
    }
}
