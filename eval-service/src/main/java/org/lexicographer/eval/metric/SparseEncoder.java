package org.lexicographer.eval.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.AffineDictionary;
import org.lexicographer.dictionary.architecture.GatedDictionary;
import org.lexicographer.dictionary.architecture.JumpReluDictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.dictionary.architecture.TopKDictionary;
import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;

/**
 * Finds the active latents of dictionaries whose latents are z = x W_enc + b_enc where that is
 * above a bound, and 0 elsewhere: while products are in the cache, so that (N, F) never exists.
 *
 * <p>Each value is a sum in the order of the columns of x, with products fused into it; it has the
 * same bits whatever rows are encoded together. From {@link AffineDictionary#encode} it may differ
 * by rounding.
 */
final class SparseEncoder {

    /** For how many active latents of a row there is room at first. */
    private static final int LIKELY = 64;

    private final AffineDictionary dictionary;
    private final float[] bias; // (F)
    private final float[] bound; // (F)

    private SparseEncoder(AffineDictionary dictionary, NDArray bias, float[] threshold) {
        this.dictionary = dictionary;
        this.bias = bias.toFloatArray();
        this.bound = new float[threshold.length];
        for (int latent = 0; latent < bound.length; latent++) {
            bound[latent] = Math.max(0, threshold[latent]);
        }
    }

    /**
     * Returns a dictionary's encoder; empty where latents depend on one another, on a GPU, or where
     * the matrix is beyond what one buffer reaches.
     */
    static Optional<SparseEncoder> of(Dictionary dictionary) {
        if (!(dictionary instanceof AffineDictionary affine)
                || affine.encoderWeight().getDevice().isGpu()
                || Panels.size(affine.dictionarySize(), affine.inputDim())
                        > Integer.MAX_VALUE / Float.BYTES) {
            return Optional.empty();
        }
        int size = affine.dictionarySize();
        return switch (affine) {
            case StandardDictionary standard ->
                    Optional.of(
                            new SparseEncoder(standard, standard.encoderBias(), new float[size]));
            case JumpReluDictionary jump ->
                    Optional.of(
                            new SparseEncoder(
                                    jump, jump.encoderBias(), jump.threshold().toFloatArray()));
            case TopKDictionary topK ->
                    topK.activeLatents()
                            .filter(ActiveLatents::useThreshold)
                            .map(chosen -> everywhere(chosen.threshold(), size))
                            .map(bound -> new SparseEncoder(topK, topK.encoderBias(), bound));
            case GatedDictionary gated -> Optional.empty();
        };
    }

    private static float[] everywhere(float threshold, int size) {
        float[] bound = new float[size];
        Arrays.fill(bound, threshold);
        return bound;
    }

    /**
     * Encodes rows.
     *
     * @param activations float32 (N, D), which stay the caller's
     */
    SparseRows encode(NDArray activations) {
        try (NDManager scope = activations.getManager().newSubManager()) {
            Rows rows = Rows.of(centred(activations, scope));
            Panels panels = packed(scope);
            SparseRows[] tiles = new SparseRows[TileProduct.tiles(rows.count())];
            Workers.shared()
                    .run(tiles.length, (tile, _) -> tiles[tile] = encode(rows, panels, tile));
            return SparseRows.joined(List.of(tiles));
        }
    }

    private NDArray centred(NDArray activations, NDManager scope) {
        if (!dictionary.subtractDecoderBias()) {
            return activations;
        }
        NDArray centred = activations.sub(dictionary.decoderBias()); // (N, D)
        centred.attach(scope);
        return centred;
    }

    private Panels packed(NDManager scope) {
        int latents = dictionary.dictionarySize();
        int width = dictionary.inputDim();
        Shape shape = new Shape(Panels.size(latents, width));
        NDArray memory = scope.create(shape, DataType.FLOAT32); // (panels * depth * WIDTH)
        Panels panels =
                new Panels(latents, width, MemorySegment.ofBuffer(memory.toByteBuffer(true)));
        Rows weight = Rows.of(dictionary.encoderWeight()); // (D, F)
        Workers.shared().run(panels.count(), (panel, _) -> panels.packTransposed(weight, panel));
        return panels;
    }

    private SparseRows encode(Rows rows, Panels panels, int tile) {
        TileProduct product = TileProduct.ofThread(rows.width());
        int first = tile * TileProduct.ROWS;
        int count = Math.min(TileProduct.ROWS, rows.count() - first);
        product.load(rows, first, count);
        RowEntries[] found = new RowEntries[count];
        Arrays.setAll(found, _ -> new RowEntries());
        for (int panel = 0; panel < panels.count(); panel += TileProduct.PANELS) {
            product.multiply(panels, panel, panels.groupAt(panel));
            int latent = panel * Panels.WIDTH;
            int columns = Math.min(TileProduct.STRIDE, bias.length - latent);
            for (int row = 0; row < count; row++) {
                int at = row * TileProduct.STRIDE;
                take(product.products(), at, columns, latent, found[row]);
            }
        }
        return joined(found);
    }

    /** What is not a number is taken, so that it is found. */
    private void take(float[] products, int at, int columns, int latent, RowEntries entries) {
        for (int k = 0; k < columns; k++) {
            float z = products[at + k] + bias[latent + k];
            if (!(z <= bound[latent + k])) {
                entries.add(latent + k, z);
            }
        }
    }

    /** The active latents of one row, rising. */
    private static final class RowEntries {

        private int[] latents = new int[LIKELY];
        private float[] values = new float[LIKELY];
        private int count;

        void add(int latent, float value) {
            if (count == latents.length) {
                latents = Arrays.copyOf(latents, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            latents[count] = latent;
            values[count++] = value;
        }
    }

    private static SparseRows joined(RowEntries[] rows) {
        int[] starts = new int[rows.length + 1];
        for (int row = 0; row < rows.length; row++) {
            starts[row + 1] = starts[row] + rows[row].count;
        }
        int[] latents = new int[starts[rows.length]];
        float[] values = new float[latents.length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row].latents, 0, latents, starts[row], rows[row].count);
            System.arraycopy(rows[row].values, 0, values, starts[row], rows[row].count);
        }
        return new SparseRows(starts, latents, values);
    }
}
