package org.lexicographer.trainer.recipe.cuda;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;

/** Kernels that do nothing: on a CPU, steps allocate with them what they would on a GPU. */
public final class IdleKernels extends ShapedKernels {

    private final Consumer<String> launched;

    /**
     * Creates some.
     *
     * @param launched takes the names of those that were to be launched
     */
    public IdleKernels(KernelShape shape, Consumer<String> launched) {
        super(shape);
        this.launched = launched;
    }

    @Override
    public boolean choosesOfBatch(int prefixes) {
        return shape().reconstructs(prefixes);
    }

    @Override
    void launch(String kernel, Grid grid, MemorySegment arguments) {
        launched.accept(kernel);
    }

    @Override
    long address(NDArray array, MemorySegment place) {
        return 0;
    }

    @Override
    public void close() {
        // Nothing was loaded.
    }
}
