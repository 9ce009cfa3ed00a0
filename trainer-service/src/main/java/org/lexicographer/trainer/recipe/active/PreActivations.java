package org.lexicographer.trainer.recipe.active;

import static jdk.incubator.vector.VectorOperators.LE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lexicographer.trainer.recipe.kernel.Lanes;
import org.lexicographer.trainer.recipe.kernel.Rows;

/**
 * Finds pre-activations z, which are products with the encoder's bias added, that are above a
 * threshold, or are NaN, and adds them to the active latents with z as their value.
 */
public final class PreActivations {

    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final VectorSpecies<Integer> INDEXES = IntVector.SPECIES_PREFERRED;
    private static final IntVector COUNTING = IntVector.zero(INDEXES).addIndex(1);

    private PreActivations() {}

    /**
     * Adds those of one row of a block to that row of a tile.
     *
     * @param bias one row (F)
     */
    public static void addAbove(
            Products block, int row, Rows bias, float threshold, ActiveTile tile) {
        tile.reserve(row, block.latents());
        int first = block.firstLatent();
        int n = tile.end(row);
        int k = 0;
        for (; k <= block.latents() - Lanes.COUNT; k += Lanes.COUNT) {
            FloatVector z = preActivations(block, row, k, bias);
            VectorMask<Float> above = z.compare(LE, threshold).not();
            if (above.anyTrue()) {
                add(z, above, first + k, tile, n);
                n += above.trueCount();
            }
        }
        for (; k < block.latents(); k++) {
            float z = block.values()[block.start(row) + k] + bias.get(0, first + k);
            if (!(z <= threshold)) {
                tile.latents()[n] = first + k;
                tile.values()[n++] = z;
            }
        }
        tile.setEnd(row, n);
    }

    /**
     * Adds those of one row of a block to that row of a tile.
     *
     * @param bias one row (F)
     * @param thresholds one row (F)
     */
    public static void addAbove(
            Products block, int row, Rows bias, Rows thresholds, ActiveTile tile) {
        tile.reserve(row, block.latents());
        int first = block.firstLatent();
        int n = tile.end(row);
        int k = 0;
        for (; k <= block.latents() - Lanes.COUNT; k += Lanes.COUNT) {
            FloatVector z = preActivations(block, row, k, bias);
            VectorMask<Float> above = z.compare(LE, load(thresholds, first + k)).not();
            if (above.anyTrue()) {
                add(z, above, first + k, tile, n);
                n += above.trueCount();
            }
        }
        for (; k < block.latents(); k++) {
            float z = block.values()[block.start(row) + k] + bias.get(0, first + k);
            if (!(z <= thresholds.get(0, first + k))) {
                tile.latents()[n] = first + k;
                tile.values()[n++] = z;
            }
        }
        tile.setEnd(row, n);
    }

    private static FloatVector preActivations(Products block, int row, int k, Rows bias) {
        return FloatVector.fromArray(FLOATS, block.values(), block.start(row) + k)
                .add(load(bias, block.firstLatent() + k));
    }

    private static void add(
            FloatVector z, VectorMask<Float> which, int firstLatent, ActiveTile tile, int n) {
        z.compress(which).intoArray(tile.values(), n);
        COUNTING.add(firstLatent).compress(which.cast(INDEXES)).intoArray(tile.latents(), n);
    }

    private static FloatVector load(Rows row, long element) {
        MemorySegment memory = row.memory();
        return FloatVector.fromMemorySegment(
                FLOATS, memory, element * Float.BYTES, ByteOrder.nativeOrder());
    }
}
