package org.lexicographer.eval.latent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.lexicographer.pipeline.safetensors.TensorSource;

/** Columns of a file, each a tensor of one dimension. */
final class Columns {

    private Columns() {}

    static void add(SafetensorsWriter file, String name, int[] values) {
        ByteBuffer bytes = allocate(values.length, Integer.BYTES);
        bytes.asIntBuffer().put(values);
        file.add(name, SafetensorsType.I32, List.of((long) values.length), bytes);
    }

    static void add(SafetensorsWriter file, String name, long[] values) {
        file.addLongs(name, List.of((long) values.length), values);
    }

    static void add(SafetensorsWriter file, String name, float[] values) {
        file.addFloats(name, List.of((long) values.length), values);
    }

    static void add(SafetensorsWriter file, String name, double[] values) {
        ByteBuffer bytes = allocate(values.length, Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        file.add(name, SafetensorsType.F64, List.of((long) values.length), bytes);
    }

    private static ByteBuffer allocate(int count, int size) {
        return ByteBuffer.allocate(Math.multiplyExact(count, size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    static IntBuffer ints(TensorSource file, String name) {
        return file.bytes(name).asIntBuffer();
    }

    static LongBuffer longs(TensorSource file, String name) {
        return file.bytes(name).asLongBuffer();
    }

    static FloatBuffer floats(TensorSource file, String name) {
        return file.bytes(name).asFloatBuffer();
    }

    static DoubleBuffer doubles(TensorSource file, String name) {
        return file.bytes(name).asDoubleBuffer();
    }
}
