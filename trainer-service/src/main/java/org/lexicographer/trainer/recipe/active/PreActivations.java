package org.lexicographer.trainer.recipe.active;

import static jdk.incubator.vector.VectorOperators.LE;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lexicographer.kernel.Lanes;
import org.lexicographer.kernel.Rows;

/**
 * Finds pre-activations z, which are products with the encoder's bias added, that are above a
 * threshold, or are NaN, and adds them to the active latents with z as their value. Calls nothing
 * but the vectors' own methods with vectors, which would become objects where the compiler does not
 * inline other calls.
 */
public final class PreActivations {

    private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
    private static final VectorSpecies<Integer> INDEXES =
            VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
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
            long at = (first + (long) k) * Float.BYTES;
            FloatVector z =
                    FloatVector.fromArray(FLOATS, block.values(), block.start(row) + k)
                            .add(FloatVector.fromMemorySegment(FLOATS, bias.memory(), at, ORDER));
            VectorMask<Float> above = z.compare(LE, threshold).not();
            if (above.allTrue()) {
                z.intoArray(tile.values(), n);
                COUNTING.add(first + k).intoArray(tile.latents(), n);
                n += Lanes.COUNT;
            } else if (above.anyTrue()) {
                z.compress(above).intoArray(tile.values(), n);
                COUNTING.add(first + k).compress(above.cast(INDEXES)).intoArray(tile.latents(), n);
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
            long at = (first + (long) k) * Float.BYTES;
            FloatVector z =
                    FloatVector.fromArray(FLOATS, block.values(), block.start(row) + k)
                            .add(FloatVector.fromMemorySegment(FLOATS, bias.memory(), at, ORDER));
            FloatVector limit =
                    FloatVector.fromMemorySegment(FLOATS, thresholds.memory(), at, ORDER);
            VectorMask<Float> above = z.compare(LE, limit).not();
            if (above.allTrue()) {
                z.intoArray(tile.values(), n);
                COUNTING.add(first + k).intoArray(tile.latents(), n);
                n += Lanes.COUNT;
            } else if (above.anyTrue()) {
                z.compress(above).intoArray(tile.values(), n);
                COUNTING.add(first + k).compress(above.cast(INDEXES)).intoArray(tile.latents(), n);
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
}
