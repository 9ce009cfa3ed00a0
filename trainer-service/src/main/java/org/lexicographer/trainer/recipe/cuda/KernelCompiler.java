package org.lexicographer.trainer.recipe.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.function.IntFunction;

/** NVIDIA's run-time compiler, NVRTC. */
final class KernelCompiler {

    private final NativeFunction create;
    private final NativeFunction compile;
    private final NativeFunction size;
    private final NativeFunction code;
    private final NativeFunction logSize;
    private final NativeFunction log;
    private final NativeFunction destroy;

    KernelCompiler(SymbolLookup library) {
        IntFunction<String> error = "nvrtcResult %d"::formatted;
        create =
                NativeFunction.of(
                        library,
                        "nvrtcCreateProgram",
                        error,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        ADDRESS);
        compile =
                NativeFunction.of(
                        library, "nvrtcCompileProgram", error, ADDRESS, JAVA_INT, ADDRESS);
        size = NativeFunction.of(library, "nvrtcGetCUBINSize", error, ADDRESS, ADDRESS);
        code = NativeFunction.of(library, "nvrtcGetCUBIN", error, ADDRESS, ADDRESS);
        logSize = NativeFunction.of(library, "nvrtcGetProgramLogSize", error, ADDRESS, ADDRESS);
        log = NativeFunction.of(library, "nvrtcGetProgramLog", error, ADDRESS, ADDRESS);
        destroy = NativeFunction.of(library, "nvrtcDestroyProgram", error, ADDRESS);
    }

    /**
     * Compiles a text in CUDA C++.
     *
     * @param options as the compiler's command line has them
     * @param arena owns the machine code that is returned
     * @throws IllegalArgumentException when the text is not CUDA C++
     */
    MemorySegment compile(String text, List<String> options, Arena arena) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment handle = own.allocate(ADDRESS);
            create.call(
                    handle,
                    own.allocateFrom(text),
                    own.allocateFrom("kernels.cu"),
                    0,
                    MemorySegment.NULL,
                    MemorySegment.NULL);
            MemorySegment program = handle.get(ADDRESS, 0);
            try {
                return compiled(program, options, arena);
            } finally {
                destroy.call(handle);
            }
        }
    }

    private MemorySegment compiled(MemorySegment program, List<String> options, Arena arena) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment texts = own.allocate(ADDRESS, options.size());
            for (int i = 0; i < options.size(); i++) {
                texts.setAtIndex(ADDRESS, i, own.allocateFrom(options.get(i)));
            }
            try {
                compile.call(program, options.size(), texts);
            } catch (RuntimeException e) {
                String reason = content(program, logSize, log, own).getString(0);
                throw new IllegalArgumentException("not CUDA C++: reason=" + reason.strip(), e);
            }
            return content(program, size, code, arena);
        }
    }

    private static MemorySegment content(
            MemorySegment program, NativeFunction size, NativeFunction content, Arena arena) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment bytes = own.allocate(JAVA_LONG);
            size.call(program, bytes);
            MemorySegment result = arena.allocate(JAVA_BYTE, bytes.get(JAVA_LONG, 0));
            content.call(program, result);
            return result;
        }
    }
}
