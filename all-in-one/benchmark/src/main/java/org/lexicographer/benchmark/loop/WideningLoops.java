package org.lexicographer.benchmark.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.languagemodel.weights.LoadedWeights;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsType;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A stored weight on its way to a float32 array, as when a layer's turn comes. */
@State(Scope.Thread)
public class WideningLoops {

    private static final String NAME = "weight";
    private static final int ROWS = 2_048;
    private static final int ELEMENTS = ROWS * Drawn.WIDTH;

    private NDManager manager;
    private SafetensorsFile file;

    /** Stores a weight in bfloat16. */
    @Setup
    public void store() throws IOException {
        ByteBuffer halves =
                ByteBuffer.allocate(ELEMENTS * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(0);
        while (halves.hasRemaining()) {
            int bits = Float.floatToIntBits((float) random.nextGaussian());
            halves.putShort((short) (bits >>> Short.SIZE));
        }
        List<Long> shape = List.of((long) ROWS, (long) Drawn.WIDTH);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new SafetensorsWriter()
                .add(NAME, SafetensorsType.BF16, shape, halves.flip())
                .writeTo(bytes);
        file = SafetensorsFile.read(bytes.toByteArray());
        manager = NDManager.newBaseManager();
    }

    /** Widens it into a new array; returns its first element. */
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public float widen() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray weight =
                    new LoadedWeights(file, scope, Programs.NONE)
                            .take(NAME, ROWS, Drawn.WIDTH); // (2048, D)
            return weight.getFloat(0, 0);
        }
    }

    /** Frees all. */
    @TearDown
    public void close() {
        manager.close();
        file.close();
    }
}
