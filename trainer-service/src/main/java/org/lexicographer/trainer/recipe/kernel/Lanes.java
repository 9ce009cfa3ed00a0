package org.lexicographer.trainer.recipe.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The widest vectors of float32 that the processor has, and how they are read and written. */
public final class Lanes {

    /** Kept constant, so that the compiler knows the size of each vector. */
    public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

    /** How many elements a vector has. */
    public static final int COUNT = FLOATS.length();

    static final long BYTES = (long) COUNT * Float.BYTES;

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final VectorShuffle<Float> BY_8 = rotation(8);
    private static final VectorShuffle<Float> BY_4 = rotation(4);
    private static final VectorShuffle<Float> BY_2 = rotation(2);
    private static final VectorShuffle<Float> BY_1 = rotation(1);

    private Lanes() {}

    private static VectorShuffle<Float> rotation(int lanes) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane + lanes) % COUNT);
    }

    /** Returns a width made whole vectors. */
    static int padded(int width) {
        return (width + COUNT - 1) / COUNT * COUNT;
    }

    /** Reads a vector at a place in bytes. */
    static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(FLOATS, memory, at, ORDER);
    }

    /** Writes a vector at a place in bytes. */
    static void store(FloatVector vector, MemorySegment memory, long at) {
        vector.intoMemorySegment(memory, at, ORDER);
    }

    static float get(MemorySegment memory, long at) {
        return memory.get(ValueLayout.JAVA_FLOAT, at);
    }

    static void set(MemorySegment memory, long at, float value) {
        memory.set(ValueLayout.JAVA_FLOAT, at, value);
    }

    /**
     * Adds halves of a vector until one element is left: the library does not state the order of
     * its own reductions, so that interpreted and compiled code could differ.
     */
    static float sum(FloatVector vector) {
        FloatVector sum = vector;
        if (COUNT > 8) {
            sum = sum.add(sum.rearrange(BY_8));
        }
        if (COUNT > 4) {
            sum = sum.add(sum.rearrange(BY_4));
        }
        if (COUNT > 2) {
            sum = sum.add(sum.rearrange(BY_2));
        }
        if (COUNT > 1) {
            sum = sum.add(sum.rearrange(BY_1));
        }
        return sum.lane(0);
    }
}
