package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;
import org.lexicographer.trainer.recipe.active.LatentRange;
import org.lexicographer.trainer.recipe.kernel.Gather;
import org.lexicographer.trainer.recipe.kernel.Rows;

/** The gradients of a block of latents: a row of the encoder's and of the decoder's for each. */
final class BlockGradients {

    /** Latents of a block. */
    static final int LATENTS = 64;

    /** Rows of the batch that stay in the second cache while the block's latents pass by. */
    private static final int ROWS = 64;

    /** The share of active latents from which the batch is read by such rows. */
    private static final double SHARE_OF_BLOCKS = 1 / 16.0;

    private final Rows encoder;
    private final Rows decoder;
    private final float[] biases = new float[LATENTS];
    private final boolean[] active = new boolean[LATENTS];
    private final int[] next = new int[LATENTS];
    private int first;

    /** Makes room for gradients of widths D and Dout. */
    BlockGradients(int inputDim, int outputDim) {
        this.encoder = Rows.allocate(LATENTS, inputDim);
        this.decoder = Rows.allocate(LATENTS, outputDim);
    }

    /** Begins the block that has a latent first: all gradients are 0. */
    void begin(int firstLatent) {
        first = firstLatent;
        encoder.clear();
        decoder.clear();
        Arrays.fill(biases, 0);
        Arrays.fill(active, false);
    }

    /**
     * Adds what latents {@code from} to {@code to} contribute.
     *
     * @param range has their entries
     * @param outputGradient dL/dx^ (B, Dout)
     * @param centred x - [b] (B, D)
     */
    void add(LatentRange range, int from, int to, Rows outputGradient, Rows centred) {
        long entries = (long) range.end(to - 1) - range.start(from);
        double all = (double) (to - from) * centred.count();
        int rows = entries > SHARE_OF_BLOCKS * all ? ROWS : centred.count();
        begin(range, from, to);
        for (int limit = rows; limit - rows < centred.count(); limit += rows) {
            for (int latent = from; latent < to; latent++) {
                int n = latent - first;
                int place = range.place(latent, next[n], limit);
                Gather.addRows(decoder, n, outputGradient, range.values(next[n], place));
                next[n] = place;
            }
        }
        begin(range, from, to);
        for (int limit = rows; limit - rows < centred.count(); limit += rows) {
            for (int latent = from; latent < to; latent++) {
                int n = latent - first;
                int place = range.place(latent, next[n], limit);
                Gather.addRows(encoder, n, centred, range.gradients(next[n], place));
                next[n] = place;
            }
        }
        for (int latent = from; latent < to; latent++) {
            biases[latent - first] += range.sumOfGradients(latent);
            active[latent - first] |= range.start(latent) < range.end(latent);
        }
    }

    private void begin(LatentRange range, int from, int to) {
        for (int latent = from; latent < to; latent++) {
            next[latent - first] = range.start(latent);
        }
    }

    /** Tells whether a latent was active; the gradients of others are 0. */
    boolean isActive(int latent) {
        return active[latent - first];
    }

    /** Returns the row that a latent has in the gradients. */
    int row(int latent) {
        return latent - first;
    }

    /** Returns dL/db_e of a latent. */
    float bias(int latent) {
        return biases[latent - first];
    }

    /** Returns dL/dW_e of the block. */
    Rows encoder() {
        return encoder;
    }

    /** Returns dL/dW_d of the block. */
    Rows decoder() {
        return decoder;
    }
}
