package org.lexicographer.eval.latent.column;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.lexicographer.pipeline.safetensors.TensorSource;

/** Reads columns that {@link ColumnsWriter} has added. */
public final class ColumnsReader {

    private final TensorSource file;
    private final String prefix;

    /** Reads from a file the columns whose names begin with the prefix. */
    public ColumnsReader(TensorSource file, String prefix) {
        this.file = file;
        this.prefix = prefix;
    }

    /** Returns an int32 column. */
    public IntBuffer ints(String name) {
        return file.bytes(prefix + name).asIntBuffer();
    }

    /** Returns an int64 column. */
    public LongBuffer longs(String name) {
        return file.bytes(prefix + name).asLongBuffer();
    }

    /** Returns a float32 column. */
    public FloatBuffer floats(String name) {
        return file.bytes(prefix + name).asFloatBuffer();
    }

    /** Returns a float64 column. */
    public DoubleBuffer doubles(String name) {
        return file.bytes(prefix + name).asDoubleBuffer();
    }

    /** Returns a column of bytes. */
    public ByteBuffer bytes(String name) {
        return file.bytes(prefix + name);
    }

    /** Returns a copy of an int32 column. */
    public int[] intArray(String name) {
        IntBuffer column = ints(name);
        int[] values = new int[column.remaining()];
        column.get(values);
        return values;
    }

    /** Returns a copy of an int64 column. */
    public long[] longArray(String name) {
        LongBuffer column = longs(name);
        long[] values = new long[column.remaining()];
        column.get(values);
        return values;
    }

    /** Returns a copy of a float32 column. */
    public float[] floatArray(String name) {
        FloatBuffer column = floats(name);
        float[] values = new float[column.remaining()];
        column.get(values);
        return values;
    }

    /** Returns a copy of a float64 column. */
    public double[] doubleArray(String name) {
        DoubleBuffer column = doubles(name);
        double[] values = new double[column.remaining()];
        column.get(values);
        return values;
    }
}
