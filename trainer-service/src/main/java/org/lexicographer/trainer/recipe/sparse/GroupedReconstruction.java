package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.active.ActiveTile;
import org.lexicographer.trainer.recipe.active.RowRanges;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.RowLoops;
import org.lexicographer.trainer.recipe.kernel.Rows;
import org.lexicographer.trainer.recipe.kernel.TileProduct;
import org.lexicographer.trainer.recipe.kernel.Workers;

/**
 * The errors of a dictionary and of its prefixes, with their gradients at the active latents.
 *
 * <pre>
 *   e_g = b + sum over groups j to g of W_d^j f^j - y
 *   loss = sum_g v_g c sum e_g^2
 *   R_j = sum over g from j of v_g 2 c e_g,  dL/df^j = W_d^j' R_j
 * </pre>
 *
 * A dictionary without groups is one group. Tiles are shared by threads, and sums over tiles are
 * taken in their order.
 */
public final class GroupedReconstruction {

    /** Latents whose decoder rows stay in the second cache. */
    private static final int BLOCK = 64;

    /** The share of active latents from which rows are read by blocks, each for all of a tile. */
    private static final double SHARE_OF_BLOCKS = 1 / 16.0;

    private final Workers workers;
    private final List<Group> groups;
    private final Rows decoderWeight;
    private final Rows decoderBias;
    private final Rows biasGradient;
    private final RowRanges[] ranges;
    private Rows error;
    private Rows tileSums;
    private List<Rows> gradients;
    private double[] losses = new double[0];

    /**
     * The latents after those of the group before; a prefix of the dictionary ends with them, and
     * has a loss of its own.
     *
     * @param to one past its last latent
     * @param weight v_g
     */
    public record Group(int to, double weight) {}

    /** Decodes by the decoder's weight (F, Dout) and bias (Dout). */
    public GroupedReconstruction(
            Workers workers, List<Group> groups, Rows decoderWeight, Rows decoderBias) {
        this.workers = workers;
        this.groups = List.copyOf(groups);
        this.decoderWeight = decoderWeight;
        this.decoderBias = decoderBias;
        this.biasGradient = Rows.allocate(1, decoderBias.width());
        this.ranges = new RowRanges[workers.threads()];
        allocate(1);
    }

    private void allocate(int rows) {
        int width = decoderBias.width();
        error = Rows.allocate(rows, width);
        tileSums = Rows.allocate((rows + TileProduct.ROWS - 1) / TileProduct.ROWS, width);
        gradients = Stream.generate(() -> Rows.allocate(rows, width)).limit(groups.size()).toList();
    }

    /**
     * Works out errors and gradients; writes those at the latents to the active latents.
     *
     * @param targets y (B, Dout)
     * @param weight c
     * @return the loss
     */
    public double run(ActiveLatents active, Rows targets, double weight) {
        if (error.count() != targets.count()) {
            allocate(targets.count());
        }
        if (losses.length < active.tiles()) {
            losses = new double[active.tiles()];
        }
        workers.run(
                active.tiles(),
                (number, worker) -> {
                    RowRanges range = range(worker);
                    ActiveTile tile = active.tile(number);
                    int block = block(tile);
                    losses[number] = reconstruct(range, tile, targets, weight, block);
                    setLatentGradients(range, tile, block);
                    addToTileSum(number, tile);
                });
        return sum(active.tiles());
    }

    private RowRanges range(int worker) {
        if (ranges[worker] == null) {
            ranges[worker] = new RowRanges();
        }
        return ranges[worker];
    }

    private int block(ActiveTile tile) {
        double all = (double) tile.rows() * decoderWeight.count();
        return tile.count() > SHARE_OF_BLOCKS * all ? BLOCK : decoderWeight.count();
    }

    private double reconstruct(
            RowRanges range, ActiveTile tile, Rows targets, double weight, int block) {
        int first = tile.firstRow();
        for (int row = 0; row < tile.rows(); row++) {
            RowLoops.setDifference(error, first + row, decoderBias, targets, first + row);
        }
        double loss = 0;
        int from = 0;
        range.begin(tile);
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            decode(range, tile, from, group.to(), block);
            loss += setGradient(tile, g, group.weight() * weight);
            from = group.to();
        }
        for (int g = groups.size() - 2; g >= 0; g--) {
            for (int row = first; row < first + tile.rows(); row++) {
                RowLoops.addRow(gradients.get(g), row, 1, gradients.get(g + 1), row);
            }
        }
        return loss;
    }

    private void decode(RowRanges range, ActiveTile tile, int from, int to, int block) {
        for (int limit = Math.min(to, from + block); ; limit = Math.min(to, limit + block)) {
            for (int row = 0; row < tile.rows(); row++) {
                Gather.addRows(
                        error,
                        tile.firstRow() + row,
                        decoderWeight,
                        range.upTo(row, limit, ActiveLatents.VALUE));
            }
            if (limit == to) {
                return;
            }
        }
    }

    private double setGradient(ActiveTile tile, int group, double weight) {
        double loss = 0;
        for (int row = tile.firstRow(); row < tile.firstRow() + tile.rows(); row++) {
            loss += weight * RowLoops.dot(error, row, error, row);
            RowLoops.setScaled(gradients.get(group), row, (float) (2 * weight), error, row);
        }
        return loss;
    }

    private void setLatentGradients(RowRanges range, ActiveTile tile, int block) {
        for (int row = 0; row < tile.rows(); row++) {
            Arrays.fill(tile.gradients(), tile.start(row), tile.end(row), 0);
        }
        int from = 0;
        range.begin(tile);
        for (int g = 0; g < groups.size(); g++) {
            addLatentGradients(range, tile, g, from, block);
            from = groups.get(g).to();
        }
    }

    private void addLatentGradients(
            RowRanges range, ActiveTile tile, int group, int from, int block) {
        int to = groups.get(group).to();
        for (int limit = Math.min(to, from + block); ; limit = Math.min(to, limit + block)) {
            for (int row = 0; row < tile.rows(); row++) {
                Gather.addDots(
                        gradients.get(group),
                        tile.firstRow() + row,
                        decoderWeight,
                        range.upTo(row, limit, ActiveLatents.GRADIENT));
            }
            if (limit == to) {
                return;
            }
        }
    }

    private void addToTileSum(int number, ActiveTile tile) {
        tileSums.clear(number);
        for (int row = tile.firstRow(); row < tile.firstRow() + tile.rows(); row++) {
            RowLoops.addRow(tileSums, number, 1, gradients.getFirst(), row);
        }
    }

    private double sum(int tiles) {
        double loss = 0;
        biasGradient.clear();
        for (int number = 0; number < tiles; number++) {
            loss += losses[number];
            RowLoops.addRow(biasGradient, 0, 1, tileSums, number);
        }
        return loss;
    }

    /** Returns e of all latents (B, Dout). */
    public Rows error() {
        return error;
    }

    /** Returns the sum of R_1 over the batch, what the loss leads to at b through x^ (Dout). */
    public Rows biasGradient() {
        return biasGradient;
    }

    /** Returns R_j of a latent's group (B, Dout). */
    public Rows gradient(int latent) {
        int g = 0;
        while (latent >= groups.get(g).to()) {
            g++;
        }
        return gradients.get(g);
    }
}
