package org.lexicographer.trainer.recipe.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;

/** One launch of a kernel: its arguments in order, then {@link #run}. */
final class KernelLaunch {

    private final ShapedKernels kernels;
    private final String kernel;

    /** Placed when the launch is, so that one that is not made leaves nothing behind. */
    private final List<Function<Arena, MemorySegment>> arguments = new ArrayList<>();

    KernelLaunch(ShapedKernels kernels, String kernel) {
        this.kernels = kernels;
        this.kernel = kernel;
    }

    /** Adds a pointer to an array's elements; the kernel may change them. */
    KernelLaunch array(NDArray array) {
        arguments.add(
                arena -> {
                    MemorySegment place = arena.allocate(JAVA_LONG);
                    place.set(JAVA_LONG, 0, kernels.address(array, place));
                    return place;
                });
        return this;
    }

    /** Adds a pointer to nothing. */
    KernelLaunch none() {
        return count(0L);
    }

    /** Adds an {@code int}. */
    KernelLaunch count(int count) {
        arguments.add(arena -> arena.allocateFrom(JAVA_INT, count));
        return this;
    }

    /** Adds a {@code long}. */
    KernelLaunch count(long count) {
        arguments.add(arena -> arena.allocateFrom(JAVA_LONG, count));
        return this;
    }

    /** Adds a {@code float}. */
    KernelLaunch number(float number) {
        arguments.add(arena -> arena.allocateFrom(JAVA_FLOAT, number));
        return this;
    }

    /**
     * Launches the kernel, which runs after what was launched before it.
     *
     * @throws ai.djl.engine.EngineException when the driver refuses it
     */
    void run(Grid grid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment places = arena.allocate(ADDRESS, arguments.size());
            for (int i = 0; i < arguments.size(); i++) {
                places.setAtIndex(ADDRESS, i, arguments.get(i).apply(arena));
            }
            kernels.launch(kernel, grid, places);
        }
    }
}
