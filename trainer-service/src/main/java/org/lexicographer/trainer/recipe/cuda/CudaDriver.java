package org.lexicographer.trainer.recipe.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/** The part of CUDA's driver interface that loads and launches kernels. */
final class CudaDriver {

    /** CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES. */
    private static final int DYNAMIC_SHARED_BYTES = 8;

    private final SymbolLookup library;
    private final NativeFunction errorName;
    private final NativeFunction device;
    private final NativeFunction attribute;
    private final NativeFunction retainContext;
    private final NativeFunction enterContext;
    private final NativeFunction load;
    private final NativeFunction unload;
    private final NativeFunction function;
    private final NativeFunction setAttribute;
    private final NativeFunction launch;

    CudaDriver(SymbolLookup library) {
        this.library = library;
        this.errorName =
                NativeFunction.of(library, "cuGetErrorName", String::valueOf, JAVA_INT, ADDRESS);
        this.device = of("cuDeviceGet", ADDRESS, JAVA_INT);
        this.attribute = of("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
        this.retainContext = of("cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT);
        this.enterContext = of("cuCtxSetCurrent", ADDRESS);
        this.load = of("cuModuleLoadData", ADDRESS, ADDRESS);
        this.unload = of("cuModuleUnload", ADDRESS);
        this.function = of("cuModuleGetFunction", ADDRESS, ADDRESS, ADDRESS);
        this.setAttribute = of("cuFuncSetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
        this.launch =
                of(
                        "cuLaunchKernel",
                        ADDRESS,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS);
        of("cuInit", JAVA_INT).call(0);
    }

    private NativeFunction of(String name, MemoryLayout... arguments) {
        return NativeFunction.of(library, name, this::nameOf, arguments);
    }

    @SuppressWarnings("restricted") // a text that ends in 0, of a length that the driver knows
    private String nameOf(int error) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(ADDRESS);
            errorName.call(error, name);
            return name.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
        }
    }

    /** Returns an attribute of the device with that number. */
    int attribute(int ordinal, int which) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(JAVA_INT);
            attribute.call(found, which, handle(ordinal, arena));
            return found.get(JAVA_INT, 0);
        }
    }

    /** Returns the context that PyTorch uses on the device with that number, and keeps it. */
    MemorySegment context(int ordinal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(ADDRESS);
            retainContext.call(context, handle(ordinal, arena));
            return context.get(ADDRESS, 0);
        }
    }

    private int handle(int ordinal, Arena arena) {
        MemorySegment handle = arena.allocate(JAVA_INT);
        device.call(handle, ordinal);
        return handle.get(JAVA_INT, 0);
    }

    /** Makes a context that of this thread. */
    void enter(MemorySegment context) {
        int result;
        try {
            result = (int) enterContext.handle().invokeExact(context);
        } catch (Throwable e) {
            throw enterContext.thrown(e);
        }
        enterContext.require(result);
    }

    /** Loads machine code into the context of this thread. */
    MemorySegment load(MemorySegment code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment module = arena.allocate(ADDRESS);
            load.call(module, code);
            return module.get(ADDRESS, 0);
        }
    }

    void unload(MemorySegment module) {
        unload.call(module);
    }

    /** Returns a module's function, which may take so much dynamic shared memory. */
    MemorySegment function(MemorySegment module, String name, int dynamicSharedBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment function = arena.allocate(ADDRESS);
            this.function.call(function, module, arena.allocateFrom(name));
            MemorySegment found = function.get(ADDRESS, 0);
            if (dynamicSharedBytes > 0) {
                setAttribute.call(found, DYNAMIC_SHARED_BYTES, dynamicSharedBytes);
            }
            return found;
        }
    }

    /**
     * Launches a function on the stream on which PyTorch computes.
     *
     * @param arguments the addresses of the arguments
     */
    void launch(MemorySegment function, Grid grid, MemorySegment arguments) {
        int result;
        try {
            result =
                    (int)
                            launch.handle()
                                    .invokeExact(
                                            function,
                                            grid.columns(),
                                            grid.rows(),
                                            1,
                                            grid.threads(),
                                            1,
                                            1,
                                            grid.dynamicSharedBytes(),
                                            MemorySegment.NULL,
                                            arguments,
                                            MemorySegment.NULL);
        } catch (Throwable e) {
            throw launch.thrown(e);
        }
        launch.require(result);
    }

    /**
     * How many blocks of how many threads a launch has.
     *
     * @param columns blocks in the first dimension
     * @param rows blocks in the second
     * @param threads of each block
     * @param dynamicSharedBytes of each block
     */
    record Grid(int columns, int rows, int threads, int dynamicSharedBytes) {}
}
