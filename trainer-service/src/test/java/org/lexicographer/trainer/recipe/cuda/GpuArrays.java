package org.lexicographer.trainer.recipe.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.lexicographer.kernel.program.TorchProgram;

/** Arrays on a GPU, of bfloat16 too, and kernels for them. */
final class GpuArrays implements AutoCloseable {

    /** Float32 sums of some hundred numbers in another order. */
    static final double ROUNDING = 2e-5;

    private static final String TYPES =
            """
              def narrow(self, x: Tensor) -> List[Tensor]:
                return [x.to(15)]
              def widen(self, x: Tensor) -> List[Tensor]:
                return [x.to(6)]
            """;

    private final NDManager manager = NDManager.newBaseManager(Device.gpu());
    private final TorchProgram types = TorchProgram.compile(Device.gpu(), TYPES);
    private final SplittableRandom random = new SplittableRandom(7);

    NDManager manager() {
        return manager;
    }

    KernelModule kernels(int latents, int width) {
        KernelShape shape = KernelShape.of(latents, width, width).orElseThrow();
        KernelModule module = KernelModule.compile(manager.getDevice(), shape).orElseThrow();
        manager.attachInternal("kernels" + module.hashCode(), module);
        return module;
    }

    /** Returns bfloat16. */
    NDArray narrow(NDArray values) {
        return types.call("narrow", manager).array(values).run().getFirst();
    }

    /** Returns float32 of bfloat16. */
    NDArray widen(NDArray values) {
        return types.call("widen", manager).array(values).run().getFirst();
    }

    NDArray floats(long... shape) {
        return manager.zeros(new Shape(shape), DataType.FLOAT32);
    }

    NDArray ints(long... shape) {
        return manager.zeros(new Shape(shape), DataType.INT32);
    }

    NDArray random(DoubleSupplier numbers, long... shape) {
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) numbers.getAsDouble();
        }
        return manager.create(values, new Shape(shape));
    }

    /** Returns normally distributed numbers. */
    NDArray normal(long... shape) {
        return random(random::nextGaussian, shape);
    }

    /** Returns numbers of which half are 0, as after a ReLU, rounded to bfloat16. */
    NDArray rectified(long... shape) {
        return narrow(random(() -> Math.max(0, random.nextGaussian()), shape));
    }

    /** Near in all places, relative to the largest. */
    static void assertNear(String name, NDArray expected, NDArray found, double rounding) {
        assertThat(found.getShape().size()).as(name).isEqualTo(expected.getShape().size());
        double largest = expected.abs().max().getFloat();
        double difference = expected.flatten().sub(found.flatten()).abs().max().getFloat();
        assertThat(difference).as(name).isLessThanOrEqualTo(rounding * largest);
    }

    @Override
    public void close() {
        types.close();
        manager.close();
    }
}
