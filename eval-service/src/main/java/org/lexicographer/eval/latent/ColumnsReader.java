package org.lexicographer.eval.latent;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.lexicographer.pipeline.safetensors.TensorSource;

/** Reads columns that {@link ColumnsWriter} has added. */
final class ColumnsReader {

    private final TensorSource file;
    private final String prefix;

    /** Reads from a file the columns whose names begin with the prefix. */
    ColumnsReader(TensorSource file, String prefix) {
        this.file = file;
        this.prefix = prefix;
    }

    IntBuffer ints(String name) {
        return file.bytes(prefix + name).asIntBuffer();
    }

    LongBuffer longs(String name) {
        return file.bytes(prefix + name).asLongBuffer();
    }

    FloatBuffer floats(String name) {
        return file.bytes(prefix + name).asFloatBuffer();
    }

    DoubleBuffer doubles(String name) {
        return file.bytes(prefix + name).asDoubleBuffer();
    }
}
