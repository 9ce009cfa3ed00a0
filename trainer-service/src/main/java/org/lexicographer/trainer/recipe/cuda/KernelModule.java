package org.lexicographer.trainer.recipe.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lexicographer.trainer.recipe.cuda.CudaDriver.Grid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All kernels, compiled for a shape and loaded on a device. */
public final class KernelModule extends ShapedKernels {

    private static final Logger LOG = LoggerFactory.getLogger(KernelModule.class);

    /** Each uses what those before it define. */
    private static final List<String> TEXTS =
            List.of(
                    "rows",
                    "selection",
                    "batchSelection",
                    "chosen",
                    "prefixes",
                    "positive",
                    "gates",
                    "jumps",
                    "adam");

    /** CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, _MINOR, MAX_SHARED_MEMORY_PER_BLOCK_OPTIN. */
    private static final int MAJOR = 75;

    private static final int MINOR = 76;
    private static final int SHARED_BYTES = 97;

    /** bfloat16 conversions begin with Ampere. */
    private static final int LEAST_MAJOR = 8;

    /** What counting keys takes; the large chips of Ampere and later have it. */
    static final int KEY_COUNTS_BYTES = 0x8000 * Integer.BYTES;

    private final CudaDriver driver;
    private final NativeFunction dataPointer;
    private final MemorySegment context;
    private final MemorySegment module;
    private final boolean countsKeys;
    private final Map<String, MemorySegment> functions = new HashMap<>();

    private KernelModule(
            CudaLibraries libraries, CudaDriver driver, int ordinal, KernelShape shape) {
        super(shape);
        this.driver = driver;
        this.dataPointer =
                NativeFunction.of(
                        libraries.torch(),
                        "aoti_torch_get_data_ptr",
                        String::valueOf,
                        JAVA_LONG,
                        ADDRESS);
        this.countsKeys = driver.attribute(ordinal, SHARED_BYTES) >= KEY_COUNTS_BYTES;
        this.context = driver.context(ordinal);
        driver.enter(context);
        String architecture =
                "--gpu-architecture=sm_%d%d"
                        .formatted(
                                driver.attribute(ordinal, MAJOR), driver.attribute(ordinal, MINOR));
        List<String> options =
                Stream.concat(Stream.of(architecture), shape.constants().stream()).toList();
        try (Arena arena = Arena.ofConfined()) {
            KernelCompiler compiler = new KernelCompiler(libraries.compiler());
            this.module = driver.load(compiler.compile(text(), options, arena));
        }
    }

    /**
     * Compiles the kernels, which takes a second or two.
     *
     * @return empty on a GPU that is too old for them, and, with a warning, where a library is not
     *     found or cannot compile for the GPU
     */
    public static Optional<KernelModule> compile(Device device, KernelShape shape) {
        try {
            return CudaLibraries.find()
                    .flatMap(libraries -> compile(libraries, device.getDeviceId(), shape));
        } catch (EngineException
                | IllegalArgumentException
                | NoSuchElementException
                | UncheckedIOException e) {
            LOG.warn("training steps on this GPU are slower: kernels cannot be compiled", e);
            return Optional.empty();
        }
    }

    private static Optional<KernelModule> compile(
            CudaLibraries libraries, int ordinal, KernelShape shape) {
        CudaDriver driver = new CudaDriver(libraries.driver());
        return driver.attribute(ordinal, MAJOR) < LEAST_MAJOR
                ? Optional.empty()
                : Optional.of(new KernelModule(libraries, driver, ordinal, shape));
    }

    @Override
    public boolean choosesOfBatch(int prefixes) {
        return countsKeys && shape().reconstructs(prefixes);
    }

    /** Returns the text of all kernels. */
    static String text() {
        return TEXTS.stream().map(KernelModule::text).collect(Collectors.joining("\n"));
    }

    private static String text(String name) {
        String file = name + ".cu";
        try (InputStream content = KernelModule.class.getResourceAsStream(file)) {
            return new String(content.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("kernels cannot be read: file=" + file, e);
        }
    }

    @Override
    void launch(String kernel, Grid grid, MemorySegment arguments) {
        driver.enter(context);
        MemorySegment function =
                functions.computeIfAbsent(
                        kernel, name -> driver.function(module, name, grid.dynamicSharedBytes()));
        driver.launch(function, grid, arguments);
    }

    @Override
    long address(NDArray array, MemorySegment place) {
        long handle = ((PtNDArray) array).getHandle();
        int result;
        try {
            result = (int) dataPointer.handle().invokeExact(handle, place);
        } catch (Throwable e) {
            throw dataPointer.thrown(e);
        }
        dataPointer.require(result);
        return place.get(JAVA_LONG, 0);
    }

    /** Unloads the kernels. */
    @Override
    public void close() {
        driver.enter(context);
        driver.unload(module);
    }
}
