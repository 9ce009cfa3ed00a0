package org.lexicographer.trainer.recipe.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the libraries are that kernels need: the driver, its compiler NVRTC, and the PyTorch that
 * this process has loaded.
 *
 * @param driver libcuda
 * @param compiler libnvrtc
 * @param torch libtorch_cpu
 */
record CudaLibraries(SymbolLookup driver, SymbolLookup compiler, SymbolLookup torch) {

    private static final Path LOADED = Path.of("/proc/self/maps");
    private static final String TORCH = "libtorch_cpu.so";
    private static final List<String> DRIVERS = List.of("libcuda.so.1");

    /** Of the versions of CUDA that PyTorch was built for. */
    private static final List<String> COMPILERS =
            List.of("libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so");

    /** Returns the libraries; empty where one of them is missing. */
    @SuppressWarnings("restricted") // libraries of the GPU's maker, and one that is loaded already
    static Optional<CudaLibraries> find() {
        Optional<Path> torch = loadedTorch();
        Optional<SymbolLookup> driver = first(DRIVERS, Optional.empty());
        Optional<SymbolLookup> compiler = first(COMPILERS, torch.map(Path::getParent));
        if (torch.isEmpty() || driver.isEmpty() || compiler.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new CudaLibraries(
                        driver.get(),
                        compiler.get(),
                        SymbolLookup.libraryLookup(torch.get(), Arena.global())));
    }

    /**
     * The engine loads it from a folder of its own choice, and loads nothing of that name twice.
     */
    private static Optional<Path> loadedTorch() {
        try (Stream<String> lines = Files.lines(LOADED)) {
            return lines.filter(line -> line.endsWith("/" + TORCH))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("loaded libraries cannot be read: file=" + LOADED, e);
        }
    }

    private static Optional<SymbolLookup> first(List<String> names, Optional<Path> folder) {
        Stream<String> beside =
                folder.stream().flatMap(it -> names.stream().map(it::resolve)).map(Path::toString);
        return Stream.concat(names.stream(), beside)
                .flatMap(name -> lookup(name).stream())
                .findFirst();
    }

    @SuppressWarnings("restricted") // see find
    private static Optional<SymbolLookup> lookup(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException absent) {
            return Optional.empty();
        }
    }
}
