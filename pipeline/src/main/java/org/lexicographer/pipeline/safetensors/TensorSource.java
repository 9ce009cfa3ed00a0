package org.lexicographer.pipeline.safetensors;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/**
 * Tensors by name, read when asked for. Threads may share one; nothing it has handed out as a
 * buffer may be touched after {@link #close()}.
 */
public sealed interface TensorSource extends AutoCloseable
        permits SafetensorsFile, SafetensorsFolder {

    /** Returns the names of all tensors, in alphabetical order. */
    Set<String> names();

    /**
     * Returns a tensor's type, shape and place.
     *
     * @throws SafetensorsException when there is no such tensor
     */
    TensorEntry entry(String name);

    /** Returns the free-form texts of the header; empty when there are none. */
    Map<String, String> metadata();

    /**
     * Returns a read-only, little-endian view of a tensor's bytes.
     *
     * @throws SafetensorsException when there is no such tensor or it has 2 GiB or more
     */
    ByteBuffer bytes(String name);

    /**
     * Returns a tensor's bytes, of any size, as they lie in the file: little-endian, not aligned,
     * read-only. It throws when it is read after {@link #close()}.
     *
     * @throws SafetensorsException when there is no such tensor
     */
    MemorySegment segment(String name);

    /**
     * Returns a floating-point tensor in row-major order as float32: F16 and BF16 widened exactly,
     * F64 rounded.
     *
     * @throws SafetensorsException when there is no such tensor or its type is none of F64, F32,
     *     F16, BF16
     */
    float[] floats(String name);

    /**
     * Returns an integer tensor in row-major order.
     *
     * @throws SafetensorsException when there is no such tensor, its type is no integer type, or an
     *     unsigned value exceeds {@link Long#MAX_VALUE}
     */
    long[] longs(String name);

    /** Releases the mapped memory. */
    @Override
    void close();
}
