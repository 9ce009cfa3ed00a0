package org.lexicographer.trainer.recipe.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the libraries are that kernels need: the driver, its compiler NVRTC, and the PyTorch that
 * this process has loaded.
 *
 * @param driver libcuda
 * @param compiler libnvrtc
 * @param torch libtorch_cpu
 */
record CudaLibraries(SymbolLookup driver, SymbolLookup compiler, SymbolLookup torch) {

    private static final Logger LOG = LoggerFactory.getLogger(CudaLibraries.class);
    private static final Path LOADED = Path.of("/proc/self/maps");
    private static final Pattern TORCH = Pattern.compile("libtorch_cpu\\.so.*");
    private static final List<String> DRIVERS = List.of("libcuda.so.1");

    /** PyTorch's own may have a digest in its name; others of that name are its parts. */
    private static final Pattern COMPILER =
            Pattern.compile("libnvrtc(-[0-9a-f]+)?\\.so(\\.[0-9.]+)?");

    /** Of the versions of CUDA that PyTorch was built for. */
    private static final List<String> COMPILERS =
            List.of("libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so");

    /** Where PyTorch's Python packages keep CUDA's libraries, from PyTorch's own folder. */
    private static final String PACKAGES = "../../nvidia";

    /** Returns the libraries; empty, with a warning, where one of them is missing. */
    @SuppressWarnings("restricted") // libraries of the GPU's maker, and one that is loaded already
    static Optional<CudaLibraries> find() {
        Optional<Path> torch = loaded(TORCH);
        Optional<SymbolLookup> driver = first(DRIVERS.stream());
        Optional<SymbolLookup> compiler =
                first(Stream.concat(compilersOf(torch), COMPILERS.stream()));
        if (torch.isEmpty() || driver.isEmpty() || compiler.isEmpty()) {
            LOG.warn(
                    "training steps on GPUs are slower: libraries found: libtorch_cpu={},"
                            + " libcuda={}, libnvrtc={}",
                    torch.isPresent(),
                    driver.isPresent(),
                    compiler.isPresent());
            return Optional.empty();
        }
        return Optional.of(
                new CudaLibraries(
                        driver.get(),
                        compiler.get(),
                        SymbolLookup.libraryLookup(torch.get(), Arena.global())));
    }

    /** The engine loads libraries from a folder of its own choice, and none of a name twice. */
    private static Optional<Path> loaded(Pattern name) {
        try (Stream<String> lines = Files.lines(LOADED)) {
            return lines.filter(line -> line.contains("/"))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .filter(file -> name.matcher(file.getFileName().toString()).matches())
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("loaded libraries cannot be read: file=" + LOADED, e);
        }
    }

    /** Returns the compilers that belong to a PyTorch: loaded ones, beside it, in its packages. */
    private static Stream<String> compilersOf(Optional<Path> torch) {
        return Stream.concat(
                loaded(COMPILER).stream().map(Path::toString),
                torch.stream()
                        .map(Path::getParent)
                        .flatMap(folder -> Stream.of(folder, folder.resolve(PACKAGES).normalize()))
                        .flatMap(CudaLibraries::compilersIn));
    }

    /** Looks no deeper than the folders of packages, {@code nvidia/cu13/lib}. */
    private static Stream<String> compilersIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files =
                Files.find(
                        folder,
                        3,
                        (file, attributes) ->
                                COMPILER.matcher(file.getFileName().toString()).matches())) {
            return files.map(Path::toString).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("libraries cannot be listed: folder=" + folder, e);
        }
    }

    private static Optional<SymbolLookup> first(Stream<String> names) {
        return names.flatMap(name -> lookup(name).stream()).findFirst();
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
