package org.lexicographer.trainer.recipe.sparse;

import java.util.List;
import java.util.stream.Stream;

/**
 * The errors of a dictionary and of its prefixes, with their gradients at the active latents.
 *
 * <pre>
 *   e_g = b + sum over groups j to g of W_d^j f^j - y
 *   loss = sum_g v_g 1 / B sum e_g^2
 *   R_j = sum over g from j of v_g 2 / B e_g,  dL/df^j = W_d^j' R_j
 * </pre>
 *
 * A dictionary without groups is one group.
 */
public final class GroupedReconstruction {

    private final RowKernel kernel;
    private final List<Group> groups;
    private final Rows decoderWeight;
    private final Rows decoderBias;
    private Rows error;
    private List<Rows> gradients;

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
            RowKernel kernel, List<Group> groups, Rows decoderWeight, Rows decoderBias) {
        this.kernel = kernel;
        this.groups = List.copyOf(groups);
        this.decoderWeight = decoderWeight;
        this.decoderBias = decoderBias;
        allocate(1);
    }

    private void allocate(int rows) {
        int width = decoderBias.width();
        error = Rows.allocate(rows, width);
        gradients = Stream.generate(() -> Rows.allocate(rows, width)).limit(groups.size()).toList();
    }

    /**
     * Works out errors and gradients; writes those at the latents to the active latents.
     *
     * @param targets y (B, Dout)
     * @return the loss
     */
    public double run(ActiveLatents active, Rows targets) {
        int rows = targets.count();
        if (error.count() != rows) {
            allocate(rows);
        }
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            loss += reconstruct(active.row(row), targets, row);
            setLatentGradients(active.row(row), row, active.gradients());
        }
        return loss;
    }

    private double reconstruct(WeightedRows latents, Rows targets, int row) {
        int rows = targets.count();
        double loss = 0;
        int from = latents.from();
        kernel.setDifference(error, row, decoderBias, targets);
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            int to = end(group, latents, from);
            kernel.addRows(
                    error,
                    row,
                    decoderWeight,
                    new WeightedRows(latents.row(), latents.weight(), from, to));
            double weight = group.weight() / rows;
            loss += weight * kernel.dot(error, row, error, row);
            kernel.setScaled(gradients.get(g), row, (float) (2 * weight), error, row);
            from = to;
        }
        for (int g = groups.size() - 2; g >= 0; g--) {
            kernel.addRow(gradients.get(g), row, 1, gradients.get(g + 1), row);
        }
        return loss;
    }

    private void setLatentGradients(WeightedRows latents, int row, float[] latentGradients) {
        int from = latents.from();
        for (int g = 0; g < groups.size(); g++) {
            int to = end(groups.get(g), latents, from);
            for (int n = from; n < to; n++) {
                latentGradients[n] =
                        kernel.dot(gradients.get(g), row, decoderWeight, latents.row()[n]);
            }
            from = to;
        }
    }

    /** Returns one past the group's last entry; entries of a row are in the latents' order. */
    private static int end(Group group, WeightedRows latents, int from) {
        int to = from;
        while (to < latents.to() && latents.row()[to] < group.to()) {
            to++;
        }
        return to;
    }

    /** Returns e of all latents (B, Dout). */
    public Rows error() {
        return error;
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
