package org.lexicographer.trainer.recipe.cuda;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.MemorySegment;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;

/** Kernels for weights of a shape, and what launches them. */
public abstract class ShapedKernels implements AutoCloseable {

    private final KernelShape shape;

    ShapedKernels(KernelShape shape) {
        this.shape = requireNonNull(shape, "shape is null");
    }

    /** Returns the shape that the kernels are compiled for. */
    final KernelShape shape() {
        return shape;
    }

    /**
     * Tells whether a block has the memory that {@code countKeys} takes, and in as much can
     * reconstruct so many prefixes.
     */
    public abstract boolean choosesOfBatch(int prefixes);

    /** Begins a launch of a kernel. */
    final KernelLaunch launch(String kernel) {
        return new KernelLaunch(this, kernel);
    }

    /** Launches a kernel with the addresses of its arguments. */
    abstract void launch(String kernel, Grid grid, MemorySegment arguments);

    /**
     * Returns where an array's elements begin on the device.
     *
     * @param place room for an address
     */
    abstract long address(NDArray array, MemorySegment place);

    @Override
    public abstract void close();
}
