package org.lexicographer.eval.latent.column;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/** Adds columns of different lengths to a file, each a tensor of one dimension. */
public final class ColumnsWriter {

    private final SafetensorsWriter file;
    private final String prefix;

    /**
     * Adds to a file.
     *
     * @param prefix what the columns' names begin with, so that a file can hold several of each
     */
    public ColumnsWriter(SafetensorsWriter file, String prefix) {
        this.file = file;
        this.prefix = prefix;
    }

    /** Adds an int32 column. */
    public void add(String name, IntColumn values) {
        add(name, values.toArray());
    }

    /** Adds an int32 column. */
    public void add(String name, int[] values) {
        ByteBuffer bytes = allocate(values.length, Integer.BYTES);
        bytes.asIntBuffer().put(values);
        file.add(prefix + name, SafetensorsType.I32, shape(values.length), bytes);
    }

    /** Adds an int64 column. */
    public void add(String name, long[] values) {
        file.addLongs(prefix + name, shape(values.length), values);
    }

    /** Adds a float32 column. */
    public void add(String name, float[] values) {
        file.addFloats(prefix + name, shape(values.length), values);
    }

    /** Adds a float64 column. */
    public void add(String name, double[] values) {
        ByteBuffer bytes = allocate(values.length, Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        file.add(prefix + name, SafetensorsType.F64, shape(values.length), bytes);
    }

    /** Adds a column of bytes. */
    public void add(String name, byte[] values) {
        file.add(prefix + name, SafetensorsType.U8, shape(values.length), ByteBuffer.wrap(values));
    }

    private static List<Long> shape(int length) {
        return List.of((long) length);
    }

    private static ByteBuffer allocate(int count, int size) {
        return ByteBuffer.allocate(Math.multiplyExact(count, size)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
