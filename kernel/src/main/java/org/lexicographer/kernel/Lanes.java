package org.lexicographer.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The widest vectors of float32 that the processor has, and how they are read and written.
 *
 * <p>How many lanes there are decides the order of sums and with it the last bits: processors of 4,
 * 8 and 16 lanes come to different ones. The system property {@value #PROPERTY} sets another number
 * than the processor's own, so that one machine can tell what others compute; vectors that it does
 * not have are slow.
 */
public final class Lanes {

    /** Holds 4, 8 or 16. */
    public static final String PROPERTY = "lexicographer.lanes";

    /** Kept constant, so that the compiler knows the size of each vector. */
    public static final VectorSpecies<Float> FLOATS = species();

    /** How many elements a vector has. */
    public static final int COUNT = FLOATS.length();

    /** The size of a vector. */
    public static final long BYTES = (long) COUNT * Float.BYTES;

    /** In which arrays keep their elements. */
    public static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private static final ThreadLocal<float[]> SCRATCH =
            ThreadLocal.withInitial(() -> new float[COUNT]);

    private Lanes() {}

    private static VectorSpecies<Float> species() {
        Integer lanes = Integer.getInteger(PROPERTY);
        return lanes == null
                ? FloatVector.SPECIES_PREFERRED
                : VectorSpecies.of(float.class, VectorShape.forBitSize(lanes * Float.SIZE));
    }

    /** Returns a length made whole vectors. */
    public static int padded(int length) {
        return (length + COUNT - 1) / COUNT * COUNT;
    }

    /** Returns an element of memory, its place in bytes. */
    public static float get(MemorySegment memory, long at) {
        return memory.get(ValueLayout.JAVA_FLOAT, at);
    }

    /** Sets an element of memory, its place in bytes. */
    public static void set(MemorySegment memory, long at, float value) {
        memory.set(ValueLayout.JAVA_FLOAT, at, value);
    }

    /** Returns where a thread lays down a vector; it is used again with the next call. */
    public static float[] scratch() {
        return SCRATCH.get();
    }

    /**
     * Adds halves of a vector that was laid down until one element is left: the library does not
     * state the order of its own reductions, so that interpreted and compiled code could differ. It
     * takes no vector, which would become an object where the compiler does not inline the call.
     */
    public static float sum(float[] lanes, int at) {
        for (int half = COUNT / 2; half > 0; half /= 2) {
            for (int i = at; i < at + half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[at];
    }
}
