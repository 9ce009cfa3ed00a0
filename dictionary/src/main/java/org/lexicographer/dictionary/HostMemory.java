package org.lexicographer.dictionary;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * Copies of arrays in Java memory, from any device. Where an array is on a GPU, its own methods
 * leave what they copy to the CPU with the array's manager; these release it, so that arrays that
 * live long may be read often.
 */
public final class HostMemory {

    private HostMemory() {}

    /** Returns an array's elements, float32, row-major. */
    public static float[] floats(NDArray array) {
        return read(array, NDArray::toFloatArray);
    }

    /** Returns an array's elements as bytes, row-major, in this machine's order. */
    public static ByteBuffer bytes(NDArray array) {
        return read(array, NDArray::toByteBuffer);
    }

    private static <T> T read(NDArray array, Function<NDArray, T> reader) {
        if (!array.getDevice().isGpu()) {
            return reader.apply(array);
        }
        try (NDArray copy = array.toDevice(Device.cpu(), true)) { // like the array
            return reader.apply(copy);
        }
    }
}
