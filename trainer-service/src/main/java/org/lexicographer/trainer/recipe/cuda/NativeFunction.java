package org.lexicographer.trainer.recipe.cuda;

import ai.djl.engine.EngineException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.IntFunction;

/**
 * A function of a native library that returns 0 or the number of an error.
 *
 * @param name the function's
 * @param handle calls it
 * @param error says what an error's number means
 */
record NativeFunction(String name, MethodHandle handle, IntFunction<String> error) {

    /** Returns the function of a library with such arguments. */
    @SuppressWarnings("restricted") // that the arguments are the function's is for its caller
    static NativeFunction of(
            SymbolLookup library,
            String name,
            IntFunction<String> error,
            MemoryLayout... arguments) {
        MethodHandle handle =
                Linker.nativeLinker()
                        .downcallHandle(
                                library.findOrThrow(name),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
        return new NativeFunction(name, handle, error);
    }

    /**
     * Calls it.
     *
     * @throws EngineException when it reports an error
     */
    void call(Object... arguments) {
        int result;
        try {
            result = (int) handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw thrown(e);
        }
        require(result);
    }

    /** Throws what a result other than 0 means. */
    void require(int result) {
        if (result != 0) {
            throw new EngineException(
                    "CUDA call failed: call=%s, error=%s".formatted(name, error.apply(result)));
        }
    }

    /** Returns what a handle throws when its arguments are not the function's. */
    IllegalStateException thrown(Throwable e) {
        return new IllegalStateException("not callable: call=" + name, e);
    }
}
